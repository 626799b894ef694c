// `npm run demo`: makes a real PNG without a key, and says what to do next.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/ideogram.cjs', import.meta.url));
const argv = [
  'generate',
  'a red fox reading a map',
  '--aspect-ratio',
  '16:9',
  '--output',
  'demo/',
  '--sandbox',
];
const shown = argv.map((word) => (/\s/.test(word) ? JSON.stringify(word) : word)).join(' ');

console.log(`$ ideogram ${shown}\n`);
const { status } = spawnSync(process.execPath, [bin, ...argv], { stdio: 'inherit' });
if (status === 0) {
  console.log(`
That PNG (1312x736) was made by the sandbox, a stand-in for the API on this machine: no key, no cost.

Next:
  npm link                                  put the command "ideogram" on your PATH
  ideogram generate --help                  all options
  ideogram auth login                       keep your key; says where it comes from
  ideogram generate "a red fox" --dry-run   see the request and its price, send nothing
  ideogram generate "a red fox"             the real thing`);
}
process.exitCode = status ?? 1;
