// `npm run test:nodes`: a smoke test of the built program on every supported major of Node. Downloads them into .cache/nodes.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { spawn } from '@lydell/node-pty';

const MAJORS = [18, 20, 22, 24, 26];
const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, '.cache', 'nodes');
const bin = join(root, 'bin', 'ideogram.cjs');
const nodeOf = (major) => join(cache, 'node_modules', `node${major}`, 'bin', 'node');

const missing = MAJORS.filter((major) => !existsSync(nodeOf(major)));
if (missing.length > 0) {
  mkdirSync(cache, { recursive: true });
  const platform = `${process.platform}-${process.arch}`;
  const packages = MAJORS.map((major) => `node${major}@npm:node-${platform}@${major}`);
  const argv = ['install', '--prefix', cache, '--no-save', '--ignore-scripts', '--no-bin-links', ...packages];
  execFileSync('npm', argv, { stdio: 'inherit' });
}

/** No key, no settings, and a folder that is thrown away. */
const cleanEnv = (cwd) => ({ PATH: process.env.PATH, HOME: cwd, TERM: 'xterm-256color' });

/** Runs the program under one Node. */
function run(node, argv, cwd, input = '') {
  return spawnSync(node, [bin, ...argv], {
    cwd,
    env: cleanEnv(cwd),
    encoding: 'buffer',
    input: Buffer.isBuffer(input) ? input : Buffer.from(input),
  });
}

/** The key: kept, found, checked and taken away, and the wizard on a real terminal. */
async function checkKeys(node, cwd) {
  const problems = [];
  const expectEnd = (wanted, argv, input) => {
    const { status, stderr } = run(node, argv, cwd, input);
    if (status !== wanted) problems.push(`${argv.join(' ')}: ${status} ${stderr}`);
  };
  expectEnd(4, ['auth', 'status']);
  for (const place of [[], ['--env']]) {
    expectEnd(0, ['auth', 'login', '--with-key', '--no-verify', ...place], 'a-key-0123456789\n');
    expectEnd(0, ['auth', 'status']);
    expectEnd(0, ['auth', 'logout', ...place]);
  }
  expectEnd(4, ['auth', 'status']);
  expectEnd(0, ['auth', 'verify', '--sandbox']);
  expectEnd(0, ['auth', 'verify', '--generate', '--sandbox']);
  const answers = [
    ['Your key', 'a-key-0123456789\r'],
    ['Where shall it be kept?', '\r'],
    ['Make a test image', 'n\r'],
  ];
  const wizard = await converse(node, ['auth', 'login', '--sandbox'], cwd, answers);
  if (wizard.status !== 0) problems.push(`wizard: ${wizard.status} ${JSON.stringify(wizard.screen)}`);
  const left = await converse(node, ['auth', 'login', '--sandbox'], cwd, [['Your key', '\u0003']]);
  if (left.status !== 130) problems.push(`Ctrl-C: ${left.status}`);
  return problems;
}

/** Answers questions at a terminal, one after the other. */
function converse(node, argv, cwd, answers) {
  const pty = spawn(node, [bin, ...argv], { cols: 80, rows: 30, cwd, env: cleanEnv(cwd) });
  const open = [...answers];
  let screen = '';
  let unseen = '';
  pty.onData((data) => {
    screen += data;
    unseen += data;
    if (open.length === 0 || !unseen.includes(open[0][0])) return;
    unseen = '';
    pty.write(open.shift()[1]);
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => pty.kill('SIGKILL'), 20_000);
    pty.onExit(({ exitCode, signal }) => {
      clearTimeout(timer);
      resolve({ status: signal ? 128 + signal : exitCode, screen });
    });
  });
}

async function check(node) {
  const cwd = mkdtempSync(join(tmpdir(), 'ideogram-nodes-'));
  try {
    const problems = [];
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    if (run(node, ['--version'], cwd).stdout.toString() !== `${version}\n`) problems.push('--version');
    if (!/Usage: ideogram/.test(run(node, ['--help'], cwd).stdout.toString())) problems.push('--help');
    const made = run(
      node,
      ['generate', 'a fox', '-n', '3', '--resolution', '1280x768', '--sandbox', '--json'],
      cwd,
    );
    const images = made.status === 0 ? JSON.parse(made.stdout.toString()).images : [];
    const sizes = images
      .map(({ path }) => readFileSync(path))
      .map((png) => [png.readUInt32BE(16), png.readUInt32BE(20)]);
    if (sizes.length !== 3 || sizes.some(([w, h]) => w !== 1280 || h !== 768))
      problems.push(`generate: ${made.stderr}`);
    const reference = images[0]?.path ?? 'none';
    const upload = run(
      node,
      ['generate', 'a fox', '--style-reference', reference, '--sandbox', '-o', '-'],
      cwd,
    );
    if (upload.status !== 0 || upload.stdout[1] !== 0x50) problems.push(`upload: ${upload.stderr}`);
    const busy = run(node, ['generate', 'a fox sandbox:busy=1', '--sandbox'], cwd);
    if (busy.status !== 0) problems.push(`busy: ${busy.stderr}`);
    const blocked = run(node, ['generate', 'a fox sandbox:blocked', '--sandbox'], cwd);
    if (blocked.status !== 3) problems.push(`blocked: ${blocked.status}`);
    problems.push(...checkCommands(node, cwd, reference));
    problems.push(...(await checkKeys(node, cwd)), ...checkLibrary(node, cwd));
    return problems;
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** Each command that works on images, and what reads and draws their pixels. */
function checkCommands(node, cwd, image) {
  const mask = ['--mask-rect', '10%,10%,50%,50%'];
  const lines = [
    ['edit', image, '-p', 'a lamp', ...mask, '--save-mask', 'mask.png'],
    ['edit', image, '-p', 'a lamp', '--mask', 'mask.png', '--invert-mask'],
    ['edit', image, '-p', 'at night', '--whole'],
    ['remix', image, '-p', 'a barn', '-m', 'V_2'],
    ['reframe', image, '-a', '9:16'],
    ['upscale', image],
    ['replace-background', image, '-p', 'a beach'],
    ['remove-background', image],
    ['remove-object', image, ...mask],
    ['layerize', image],
    ['describe', image, image, '-m', 'V_4'],
    ['magic-prompt', 'a fox'],
    ['generate', 'a fox', '--transparent', '-m', 'V_4'],
  ];
  const problems = [];
  const expectEnd = (argv, input) => {
    const { status, stdout, stderr } = run(node, argv, cwd, input);
    if (status !== 0 || stdout.length === 0) problems.push(`${argv.join(' ')}: ${status} ${stderr}`);
    return stdout;
  };
  for (const argv of lines) expectEnd([...argv, '--sandbox']);
  expectEnd(['upscale', '-', '--sandbox'], expectEnd(['generate', 'a fox', '--sandbox', '-o', '-']));
  expectEnd(['models', '--options', 'style-preset']);
  expectEnd(['models']);
  const { status } = run(node, ['upscale', 'https://localhost/x.png', '--sandbox'], cwd);
  if (status !== 2) problems.push(`a private address: ${status}`);
  return problems;
}

/** The library face, imported by its package name. */
function checkLibrary(node, cwd) {
  mkdirSync(join(cwd, 'node_modules'));
  symlinkSync(root, join(cwd, 'node_modules', 'ideogram-cli'), 'junction');
  const code = `
    import { createClient } from 'ideogram-cli';
    const client = createClient({ apiKey: 'x', baseUrl: 'http://127.0.0.1:9' });
    await client.generate({ prompt: 'a fox' }).catch((error) => console.log(error.code, error.billed));`;
  const { stdout, stderr } = spawnSync(node, ['--input-type=module', '-e', code], { cwd, encoding: 'utf8' });
  return stdout === 'network no\n' ? [] : [`library (${pathToFileURL(cwd)}): ${stdout}${stderr}`];
}

let failed = 0;
for (const major of MAJORS) {
  const node = nodeOf(major);
  const problems = await check(node);
  failed += problems.length > 0 ? 1 : 0;
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  console.log(`${version}: ${problems.length === 0 ? 'passed' : problems.join('; ')}`);
}
process.exitCode = failed === 0 ? 0 : 1;
