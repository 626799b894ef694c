// Each command once in its own sandbox, what reads and draws pixels, and the wizard at a terminal.
import { readFileSync } from 'node:fs';

/** What is wrong, a line each. @param cwd a folder that is thrown away */
export async function checkCommands(program, cwd, version) {
  const problems = [];
  const run = (argv, input) => program.run(argv, { cwd, input });
  const textOf = (argv) => run(argv).stdout.toString();
  if (textOf(['--version']) !== `${version}\n`) problems.push('--version');
  if (!/Usage: ideogram/.test(textOf(['--help']))) problems.push('--help');
  const made = run(['generate', 'a fox', '-n', '3', '--resolution', '1280x768', '--sandbox', '--json']);
  const images = made.status === 0 ? JSON.parse(made.stdout.toString()).images : [];
  const sizes = images
    .map(({ path }) => readFileSync(path))
    .map((png) => [png.readUInt32BE(16), png.readUInt32BE(20)]);
  if (sizes.length !== 3 || sizes.some(([w, h]) => w !== 1280 || h !== 768))
    problems.push(`generate: ${made.stderr}`);
  const image = images[0]?.path ?? 'none';
  const upload = run(['generate', 'a fox', '--style-reference', image, '--sandbox', '-o', '-']);
  if (upload.status !== 0 || upload.stdout[1] !== 0x50) problems.push(`upload: ${upload.stderr}`);
  const busy = run(['generate', 'a fox sandbox:busy=1', '--sandbox']);
  if (busy.status !== 0) problems.push(`busy: ${busy.stderr}`);
  const blocked = run(['generate', 'a fox sandbox:blocked', '--sandbox']);
  if (blocked.status !== 3) problems.push(`blocked: ${blocked.status}`);
  problems.push(...checkImageCommands(run, image), ...(await checkKeys(program, run, cwd)));
  return problems;
}

/** Each command that works on images. */
function checkImageCommands(run, image) {
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
    const { status, stdout, stderr } = run(argv, input);
    if (status !== 0 || stdout.length === 0) problems.push(`${argv.join(' ')}: ${status} ${stderr}`);
    return stdout;
  };
  for (const argv of lines) expectEnd([...argv, '--sandbox']);
  expectEnd(['upscale', '-', '--sandbox'], expectEnd(['generate', 'a fox', '--sandbox', '-o', '-']));
  expectEnd(['models', '--options', 'style-preset']);
  expectEnd(['models']);
  const { status } = run(['upscale', 'https://localhost/x.png', '--sandbox']);
  if (status !== 2) problems.push(`a private address: ${status}`);
  return problems;
}

/** The key: kept, found, checked and taken away, and the wizard on a real terminal. */
async function checkKeys(program, run, cwd) {
  const problems = [];
  const expectEnd = (wanted, argv, input) => {
    const { status, stderr } = run(argv, input);
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
  const login = ['auth', 'login', '--sandbox'];
  const answers = [
    ['Your key', 'a-key-0123456789\r'],
    ['Where shall it be kept?', '\r'],
    ['Make a test image', 'n\r'],
  ];
  const wizard = await program.converse(login, { cwd, answers });
  if (wizard.status !== 0) problems.push(`wizard: ${wizard.status} ${JSON.stringify(wizard.screen)}`);
  const left = await program.converse(login, { cwd, answers: [['Your key', '\u0003']] });
  if (left.status !== 130) problems.push(`Ctrl-C: ${left.status}`);
  return problems;
}
