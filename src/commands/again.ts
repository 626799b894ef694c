/** The command `again`: the call of before with what is new in it; as a command line, or ready to be sent. */
import type { CommandSpec } from '../endpoints/define.js';
import { makePlan, type Plan } from '../endpoints/plan.js';
import { labelOf, optionsOf } from '../endpoints/survey.js';
import { CliError } from '../errors.js';
import { isUrl } from '../files/image-origin.js';
import { standingOf } from '../ledger/calls.js';
import { hashOf } from './asked.js';
import { shellLine, wordsOf } from './command-line.js';
import { imageSourcesOf, isPiped, readFiles, whileReading } from './inputs.js';
import { type EndpointOptions, splitOptions } from './prepare.js';
import { keptImages, type Repetition, repeatAsked, type Typed } from './repeat.js';
import type { Repeatable } from './repeatable-call.js';
import type { Run } from './run.js';

/**
 * Puts what is new into a call, and checks it as if all of it had been typed.
 * @param fresh as typed now
 * @throws CliError `bad_input`, `bad_file`, `usage`
 */
export async function repeatCall(run: Run, { call, asked, spec }: Repeatable, fresh: Typed): Promise<Typed> {
  const { id } = call.planned;
  const again = repeatAsked({ id, asked, spec }, fresh, run.ctx.cwd);
  const plans = planAgain(id, spec, again);
  if (standingOf(call) === 'collectable') {
    await run.report.warn(
      `what ${id} made is paid and not here yet; ideogram resume fetches it for nothing.`,
    );
  }
  if (standingOf(call) === 'unanswered') {
    await run.report.warn(
      `${id} was never answered: ${run.globals.sandbox ? 'with the real API ' : ''}it may have been billed already. Look at the usage page of the API dashboard.`,
    );
  }
  await warnOfChanges(run, { call, asked, spec }, again, plans);
  return again;
}

/** The plan of each request. A refusal says which option is none that was typed now. */
function planAgain(id: string, spec: CommandSpec, { operands, options, kept }: Repetition): Plan[] {
  const { model, fields } = splitOptions(options as EndpointOptions);
  try {
    return (operands.length > 0 ? operands : [undefined]).map((operand) =>
      makePlan(spec, model, { ...fields, [spec.operand.field]: operand }),
    );
  } catch (thrown) {
    if (!(thrown instanceof CliError)) throw thrown;
    const words = thrown.message.split(/[\s:,]+/);
    const old = optionsOf(spec).find(
      (option) => kept.has(option.name) && words.includes(labelOf(spec, option)),
    );
    if (old === undefined) throw thrown;
    const remedy = `${labelOf(spec, old)} is an option of ${id}. To leave it out, change the line that this prints: ideogram again ${id}`;
    const hint = thrown.hint === undefined ? remedy : `${thrown.hint}\n${remedy}`;
    throw new CliError(thrown.code, thrown.message, { hint, cause: thrown });
  }
}

/** The same words with another image make another picture. What comes from elsewhere is not read for that. */
async function warnOfChanges(
  run: Run,
  { call, asked, spec }: Repeatable,
  repetition: Repetition,
  plans: readonly Plan[],
): Promise<void> {
  const names = keptImages(spec, repetition);
  if (names.length === 0 || asked.files.length === 0) return;
  const known = new Set(asked.files.map(({ sha256 }) => sha256));
  for (const plan of plans) {
    if (isPiped(plan) || imageSourcesOf(plan).some(isUrl)) continue;
    const read = () => readFiles(run, plan, { allowPrivateUrls: false });
    const { images } = await whileReading(run, [plan], read);
    for (const file of names.flatMap((name) => images[name] ?? [])) {
      if (known.has(hashOf(file.bytes))) continue;
      await run.report.warn(`${file.source} has changed since ${call.planned.id} was made of it.`);
    }
  }
}

/**
 * Prints the line that asks for it; nothing is sent.
 * @throws CliError `bad_input` where no line says it
 */
export async function printLine(run: Run, { call, spec }: Repeatable, again: Typed): Promise<void> {
  const { ctx, report, globals } = run;
  const { id } = call.planned;
  const argv = wordsOf(spec, again, globals.sandbox);
  const line = shellLine(argv, ctx.platform);
  if (report.mode.json) {
    const { warnings } = report;
    return report.json({ ok: true, command: 'again', id, line: line ?? null, argv, warnings });
  }
  if (line !== undefined) {
    await report.data(line);
    return report.aside('Nothing was sent. The same with --run sends it.');
  }
  throw new CliError('bad_input', `No line says ${id} exactly: a shell would change a character of it.`, {
    hint: 'With --run it is sent as it was; with --json its words are printed one by one.',
  });
}
