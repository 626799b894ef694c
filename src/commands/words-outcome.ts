/** What a finished command says in words: the text or the JSON result, and the error that names what is missing. */
import type { WordsCallAnswer } from '../api/paid-call.js';
import { codeOfAll, finalFailure, isAboutOne, type Result } from '../api/several-calls.js';
import type { Words } from '../api/words-answer.js';
import type { Interrupts } from '../context.js';
import type { CommandSpec } from '../endpoints/define.js';
import { plannedValue } from '../endpoints/plan.js';
import { CliError } from '../errors.js';
import { shellPath } from '../files/shell-word.js';
import type { Cost } from '../ledger/cost.js';
import type { WordsTask } from './prepare-words.js';

/** A task and what became of it; undefined: it was not asked. */
export interface Answered {
  readonly task: WordsTask;
  readonly outcome: Result<WordsCallAnswer>;
}

/**
 * The block of one image: its descriptions, with an empty line in between; a structured prompt as JSON.
 * Of several images each block has a head line with the image's name; JSON has none, so that it stays JSON.
 */
export function wordsText(
  source: string,
  { texts, jsonPrompt }: Words,
  { first, many }: { readonly first: boolean; readonly many: boolean },
): string {
  if (jsonPrompt) return JSON.stringify(jsonPrompt, null, 2);
  const head = many ? `${first ? '' : '\n'}==> ${source.replace(/\s+/g, ' ')} <==\n` : '';
  return `${head}${texts.map((text) => text.trim()).join('\n\n')}`;
}

export interface WordsResult {
  readonly spec: CommandSpec;
  readonly model: string | undefined;
  /** What so many of them cost. */
  readonly costOf: (count: number, sandbox: boolean) => Cost;
  readonly answered: readonly Answered[];
  readonly ok: boolean;
  /** The sandbox answered, be it with a refusal. */
  readonly sandbox: boolean;
  readonly warnings: readonly string[];
}

/** The result for programs; docs/json.md describes each field. Fields are only ever added. */
export function wordsJson({ spec, model, costOf, answered, ok, sandbox, warnings }: WordsResult): object {
  const done = answered.flatMap(({ task, outcome }) =>
    outcome === undefined || outcome instanceof CliError ? [] : [{ task, words: outcome }],
  );
  return {
    ok,
    command: spec.name,
    model: model ?? null,
    ...(spec.operand.field === 'image'
      ? { descriptions: done.flatMap(({ task, words }) => descriptionsJson(task, words)) }
      : promptJson(done)),
    ...(answered.length > 1 ? { failed: failuresJson(answered) } : {}),
    cost: costOf(done.length, sandbox),
    sandbox,
    warnings,
  };
}

function descriptionsJson({ subject }: WordsTask, { texts, jsonPrompt }: WordsCallAnswer): object[] {
  if (jsonPrompt) return [{ image: subject, text: texts[0] ?? null, jsonPrompt }];
  return texts.map((text) => ({ image: subject, text }));
}

function promptJson(done: readonly { readonly task: WordsTask; readonly words: WordsCallAnswer }[]): object {
  const [first] = done;
  return {
    prompt: first ? plannedValue(first.task.plan, 'prompt') : null,
    jsonPrompt: first?.words.jsonPrompt ?? null,
    aspectRatio: first?.words.aspectRatio ?? null,
  };
}

function failuresJson(answered: readonly Answered[]): object[] {
  return answered.flatMap(({ task, outcome }) => {
    if (outcome === undefined)
      return [{ image: task.subject, code: 'not_asked', message: 'It was not asked.' }];
    if (!(outcome instanceof CliError)) return [];
    return [{ image: task.subject, code: outcome.code, message: outcome.message }];
  });
}

interface Failure {
  readonly task: WordsTask;
  readonly error: CliError;
}

/**
 * What is wrong with the outcome, if anything; the words that are there stay.
 * @param unread whoever read standard output has gone: that the others were not asked is what he wanted
 */
export function wordsError(
  answered: readonly Answered[],
  unread: boolean,
  { stop }: Interrupts,
): CliError | undefined {
  const failed = answered.flatMap(({ task, outcome }) =>
    outcome instanceof CliError ? [{ task, error: outcome }] : [],
  );
  const unasked = answered.filter(({ outcome }) => outcome === undefined);
  const done = answered.length - failed.length - unasked.length;
  if (!stop.aborted && failed.length === 0 && (unread || unasked.length === 0)) return undefined;
  if (answered.length === 1) return failed[0]?.error ?? stoppedAtOne(done);
  const parts = [
    `${done} of ${answered.length} images described`,
    ...failureWords(failed),
    ...unaskedWords(unasked),
  ];
  const errors = failed.map(({ error }) => error);
  const final = finalFailure(errors);
  // One that ended it all, or one that all had: else no single status tells what happened.
  const alike = final && (!isAboutOne(final) || errors.every(({ status }) => status === final.status));
  return new CliError(
    stop.aborted ? 'cancelled' : codeOfAll(errors, done > 0),
    `${stop.aborted ? 'Stopped: ' : ''}${parts.join('; ')}.`,
    {
      hint: hintFor(answered, failed, final),
      status: alike ? final?.status : undefined,
      requestId: alike ? final?.requestId : undefined,
      billed: done > 0 ? 'yes' : errors.some(({ billed }) => billed !== 'no') ? 'maybe' : 'no',
    },
  );
}

/** What is described is paid: the remedy is about the others alone. */
function hintFor(
  answered: readonly Answered[],
  failed: readonly Failure[],
  final: CliError | undefined,
): string | undefined {
  const files = answered.flatMap(({ task, outcome }) =>
    task.isFile && (outcome === undefined || failed.some((failure) => failure.task === task))
      ? [shellPath(task.source)]
      : [],
  );
  // What else was typed belongs to it too: the names are said, and not a line that would leave it out.
  const again = files.length > 0 ? [`Only these are left: ${files.join(' ')}`] : [];
  return [...(final?.hint ? [final.hint] : []), ...again].join('\n') || undefined;
}

/** An image or a prompt: where nothing went wrong, nothing but Ctrl-C is left to tell of. */
function stoppedAtOne(done: number): CliError {
  return done > 0
    ? new CliError('cancelled', 'Stopped; what had been asked was answered.', { billed: 'yes' })
    : new CliError('cancelled', 'Stopped before anything was sent.');
}

/** Each reason once, with the images it is about: a wrong key is the same for all. */
function failureWords(failed: readonly Failure[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { task, error } of failed) {
    const reason = error.message.replace(/\.$/, '');
    reasons.set(reason, [...(reasons.get(reason) ?? []), task.source]);
  }
  return [...reasons].map(([reason, sources]) =>
    // What is wrong with a file already begins with its name.
    sources.length === 1 && reason.startsWith(String(sources[0]))
      ? reason
      : `${sources.join(', ')}: ${reason}`,
  );
}

/** They are the last ones, being asked in order: whoever goes on later begins with the first of them. */
function unaskedWords(unasked: readonly Answered[]): string[] {
  const [first] = unasked;
  if (first === undefined) return [];
  const { source } = first.task;
  return [unasked.length === 1 ? `${source} not asked` : `${unasked.length} not asked, from ${source} on`];
}
