/** The options that mean the same in every command: declared, read and checked here. */
import { type Command, Option } from 'commander';
import type { Globals } from './commands/run.js';
import type { SandboxCommandOptions } from './commands/sandbox.js';
import { DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS } from './deadline.js';
import { CliError } from './errors.js';
import { OPTION_GROUPS } from './help.js';

/** Declares them on the root command; subcommands take them too. */
export function addGlobalOptions(program: Command): void {
  const { output, sending, other } = OPTION_GROUPS;
  const add = (group: string, flags: string, text: string): void =>
    void program.addOption(new Option(flags, text).helpGroup(group));
  add(output, '--json', 'print one JSON object; errors as one on standard error');
  add(output, '-f, --force', 'replace files that exist');
  add(output, '-q, --quiet', 'no notes and warnings');
  add(output, '--verbose', 'requests and timings on standard error; never the key');
  add(output, '--no-color', 'plain text');
  add(sending, '--dry-run', 'show the request and its price, send nothing');
  add(sending, '--sandbox', 'use the built-in stand-in for the API: no key, no cost');
  add(sending, '--max-cost <usd>', 'refuse what would cost more');
  add(
    sending,
    '--timeout <seconds>',
    `wait this long (default ${DEFAULT_TIMEOUT_MS / 1000}; check of a key: 20)`,
  );
  add(sending, '--no-history', 'keep in the journal only what a paid image needs');
  add(sending, '--no-input', 'never ask anything');
  program.options.find(({ long }) => long === '--version')?.helpGroup(other);
}

/**
 * The global options as commander parsed them, checked.
 * @throws CliError `bad_input`
 */
export function readGlobals(
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
): Globals {
  return {
    dryRun: flags.dryRun === true,
    sandbox: flags.sandbox === true || readSwitch('IDEOGRAM_SANDBOX', env.IDEOGRAM_SANDBOX),
    force: flags.force === true,
    history: flags.history !== false && !readSwitch('IDEOGRAM_NO_HISTORY', env.IDEOGRAM_NO_HISTORY),
    timeoutMs:
      flags.timeout === undefined
        ? undefined
        : readNumber('--timeout', flags.timeout, {
            min: 0.001,
            max: MAX_TIMEOUT_MS / 1000,
            unit: 'seconds',
          }) * 1000,
    maxCost:
      flags.maxCost === undefined
        ? undefined
        : readNumber('--max-cost', flags.maxCost, { min: 0, max: 1_000_000, unit: 'USD, as 0.50' }),
  };
}

/** The options of the command `sandbox`. */
export function readSandboxOptions(options: { port: string; latency: string }): SandboxCommandOptions {
  const port = readNumber('--port', options.port, { min: 0, max: 65_535, unit: 'a whole number' });
  if (!Number.isInteger(port)) throw new CliError('bad_input', `--port does not take "${options.port}".`);
  return { port, latency: readNumber('--latency', options.latency, { min: 0, max: 3600, unit: 'seconds' }) };
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

function readNumber(label: string, typed: unknown, { min, max, unit }: Range): number {
  const text = String(typed).trim();
  const value = Number(text);
  if (/^\d+(\.\d+)?$|^\.\d+$/.test(text) && value >= min && value <= max) return value;
  throw new CliError('bad_input', `${label} does not take "${text}".`, {
    hint: `Valid: a number from ${min} to ${max} (${unit}).`,
  });
}

/** A switch in the environment: what is neither on nor off is refused, because it decides whether money is spent, or a prompt is kept. */
function readSwitch(name: string, value: string | undefined): boolean {
  const word = value?.trim().toLowerCase() ?? '';
  if (['', '0', 'false', 'no', 'off'].includes(word)) return false;
  if (['1', 'true', 'yes', 'on'].includes(word)) return true;
  throw new CliError('bad_input', `${name} is "${value}", which is neither on nor off.`, {
    hint: 'Valid: 1, true, yes, on; 0, false, no, off, or nothing.',
  });
}
