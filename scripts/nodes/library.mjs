// The library face, installed into a project of its own, and loaded by both kinds of modules.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { installInto } from '../package/install.mjs';

const ASK = `
  const client = createClient({ apiKey: 'x', baseUrl: 'http://127.0.0.1:9' });
  const told = [];
  client.generate({ prompt: 'a fox' }, { onProgress: ({ type }) => told.push(type) })
    .catch(({ code, billed }) => console.log(code, billed, told[0]));`;

const USES = {
  module: `import { createClient } from 'ideogram-cli'; ${ASK}`,
  commonjs: `import('ideogram-cli').then(({ createClient }) => { ${ASK} });`,
};

/** What is wrong, a line each. @param cwd a folder that is thrown away */
export function checkLibrary(node, tarball, cwd) {
  const project = join(cwd, 'project');
  mkdirSync(project);
  installInto(project, tarball, node);
  return Object.entries(USES).flatMap(([kind, code]) => {
    // Node 18 takes the type of a module from this flag alone.
    const argv = kind === 'module' ? ['--input-type=module', '-e', code] : ['-e', code];
    const { stdout, stderr } = spawnSync(node, argv, { cwd: project, encoding: 'utf8' });
    return stdout === 'network no sending\n' ? [] : [`library (${kind}): ${stdout}${stderr}`];
  });
}
