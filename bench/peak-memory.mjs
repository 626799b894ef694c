// The most resident memory that a run of the program takes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux counts in what getrusage tells also what the parent had taken when it started the child. */
const HOOK = `process.on('exit', () => {
  const { readFileSync, writeFileSync } = require('fs');
  let kilobytes = process.resourceUsage().maxRSS;
  try {
    kilobytes = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {}
  writeFileSync(process.env.PEAK_FILE, String(kilobytes));
});`;

/** In MB of a million bytes; `argv` begins with the program's file. */
export async function peakMemory(argv, { env, cwd }) {
  const folder = mkdtempSync(join(tmpdir(), 'ideogram-peak-'));
  const hook = join(folder, 'hook.cjs');
  const PEAK_FILE = join(folder, 'peak');
  writeFileSync(hook, HOOK);
  try {
    const child = spawn(process.execPath, ['--require', hook, ...argv], {
      cwd,
      env: { ...env, PEAK_FILE },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [status] = await once(child, 'exit');
    if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}`);
    return (Number(readFileSync(PEAK_FILE, 'utf8')) * 1024) / 1e6;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
