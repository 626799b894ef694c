// A newcomer's way, against the sandbox as a server that does not know him: key, first image, words, JSON to jq, what was made, what is missing.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const KEY = 'a-key-for-the-journey';

/** What is wrong, a line each. @param cwd a folder that is thrown away */
export async function walkJourney(program, cwd) {
  const server = program.start(['sandbox', '--port', '0'], { cwd });
  try {
    const [line] = await once(server.stdout, 'data');
    return walk(program, { cwd, IDEOGRAM_BASE_URL: String(line).trim() });
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}

function walk(program, world) {
  const problems = [];
  const isPng = (path) => isPicture(resolve(world.cwd, path));
  /** Runs a command, and judges what it printed. */
  const step = (argv, looksRight, input) => {
    const { status, stdout, stderr } = program.run(argv, { ...world, input });
    let failure = status;
    try {
      if (status === 0 && looksRight(stdout.toString(), stderr.toString())) return;
    } catch ({ message }) {
      failure = message;
    }
    problems.push(`${argv.join(' ')}: ${failure} ${stdout} ${stderr}`);
  };
  step(['auth', 'login', '--with-key'], (out) => /Kept in: /.test(out) && !out.includes(KEY), `${KEY}\n`);
  step(['auth', 'verify'], (out) => /Verdict: accepted/.test(out));
  step(['auth', 'status', '--json'], (out) => JSON.parse(out).source !== undefined && !out.includes(KEY));
  step(['generate', 'a red fox', '-n', '2'], (out) => {
    const paths = out.trim().split(/\r?\n/);
    return paths.length === 2 && paths.every(isPng);
  });
  step(['generate', 'a red fox', '-o', 'fox.png'], () => isPng('fox.png'));
  step(['describe', 'fox.png'], (out) => out.trim().length > 10);
  step(['resume'], (_, said) => !/fail/i.test(said));
  step(['history', '--json'], (out) => JSON.stringify(JSON.parse(out)).includes('a red fox'));
  problems.push(...throughJq(program, world), ...comforts(program, world));
  return problems;
}

function isPicture(path) {
  return readFileSync(path).subarray(1, 4).toString('latin1') === 'PNG';
}

/** The result as scripts take it: by the real jq, where there is one. */
function throughJq(program, world) {
  const hasJq = program.shell('jq --version', world).status === 0;
  const line = `ideogram generate "a fox" --json${hasJq ? ' | jq -r ".images[].path"' : ''}`;
  const { status, stdout, stderr } = program.shell(line, world);
  try {
    const path = hasJq ? stdout.trim() : JSON.parse(stdout).images[0].path;
    if (status === 0 && isPicture(resolve(world.cwd, path))) return [];
  } catch {
    // Told below.
  }
  return [`${line}: ${status} ${stdout} ${stderr}`];
}

/** What a shell is helped with. */
function comforts(program, world) {
  return [
    ['completion', 'bash'],
    ['completion', 'zsh'],
    ['completion', 'fish'],
    ['help', 'exit-codes'],
  ].flatMap((argv) => {
    const { status, stdout, stderr } = program.run(argv, world);
    return status === 0 && stdout.length > 200 ? [] : [`${argv.join(' ')}: ${status} ${stderr}`];
  });
}
