// The tarball as people get it: installed locally, globally and by npm exec, without a network, in a folder with a space in its name.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from './pack.mjs';

const QUIET = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];

/** Neither the cache nor the settings of whoever runs this. */
function emptyEnv(folder) {
  const { PATH, SystemRoot, npm_execpath } = process.env;
  const home = { HOME: folder, USERPROFILE: folder, APPDATA: folder, LOCALAPPDATA: folder };
  const ofNpm = { npm_config_cache: join(folder, 'npm cache'), npm_config_update_notifier: 'false' };
  return { PATH, SystemRoot, npm_execpath, TEMP: folder, TMP: folder, ...home, ...ofNpm };
}

/** Installs it globally below a folder. @returns the path of the command */
export function installGlobally(tarball, prefix, node) {
  mkdirSync(prefix, { recursive: true });
  const argv = ['install', '--global', '--prefix', prefix, ...QUIET, tarball];
  npm(argv, { cwd: prefix, env: emptyEnv(prefix) }, node);
  return process.platform === 'win32' ? join(prefix, 'ideogram.cmd') : join(prefix, 'bin', 'ideogram');
}

/** Installs it as a dependency of a project, which is a folder. @returns the paths of all packages that came */
export function installInto(project, tarball, node) {
  writeFileSync(join(project, 'package.json'), '{"name":"a-project","private":true}');
  npm(['install', '--prefix', project, ...QUIET, tarball], { cwd: project, env: emptyEnv(project) }, node);
  const { packages } = JSON.parse(readFileSync(join(project, 'node_modules', '.package-lock.json'), 'utf8'));
  return Object.keys(packages);
}

/** What is wrong, a line each. @param folder empty, and thrown away later */
export function checkInstalls(tarball, folder, version) {
  const local = join(folder, 'a project');
  mkdirSync(local);
  const options = { cwd: local, env: emptyEnv(folder) };
  const installed = installInto(local, tarball);
  const problems =
    installed.length === 1 ? [] : [`installs ${installed.length} packages: ${installed.join(', ')}`];

  const expect = (what, wanted, got) => {
    const told = got();
    if (told !== wanted) problems.push(`${what}: ${JSON.stringify(told)}`);
  };
  const said = (file, argv) => () => {
    try {
      // A command file of Windows needs its shell.
      const shell = file.endsWith('.cmd');
      const name = shell ? `"${file}"` : file;
      return execFileSync(name, argv, { ...options, shell, encoding: 'utf8', stdio: 'pipe' });
    } catch ({ message, stderr }) {
      return `${message}\n${stderr}`;
    }
  };
  const byNpm =
    (...argv) =>
    () =>
      npm(argv, options);
  const line = `${version}\n`;
  expect('npx --no-install', line, byNpm('exec', '--no', ...QUIET, '--', 'ideogram', '--version'));
  expect(
    'npm exec',
    line,
    byNpm('exec', '--yes', ...QUIET, '--package', tarball, '--', 'ideogram', '--version'),
  );
  const command = installGlobally(tarball, join(folder, 'global'));
  expect('npm install --global', line, said(command, ['--version']));
  said(command, ['generate', 'fox', '--sandbox', '--output', 'fox.png'])();
  if (!existsSync(join(local, 'fox.png'))) problems.push('the installed command makes no image');

  const ask = "createClient({ apiKey: 'x', baseUrl: 'http://127.0.0.1:9' }).generate({ prompt: 'x' })";
  const told = '.catch(({ code, billed }) => console.log(code, billed))';
  const uses = {
    'use.mjs': `import { createClient } from 'ideogram-cli';\nawait ${ask}${told};`,
    'use.cjs': `import('ideogram-cli').then(({ createClient }) => ${ask})${told};`,
  };
  for (const [name, code] of Object.entries(uses)) {
    writeFileSync(join(local, name), code);
    expect(`library, ${name}`, 'network no\n', said(process.execPath, [name]));
  }
  return problems;
}
