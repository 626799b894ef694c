/** What `models --options <name>` prints: the values an option takes, one a line, apart where models or commands differ. */
import { wordKey } from '../endpoints/choice.js';
import type { Choosable } from '../endpoints/define.js';
import type { Offer } from '../endpoints/offers.js';
import { longFlag } from '../endpoints/survey.js';
import { formOf, namedValues } from '../endpoints/value-forms.js';
import { CliError } from '../errors.js';
import type { Run } from './run.js';

/** What is left of all offers, and what was asked for by the API's own names. */
export interface Chosen {
  readonly offers: readonly Offer[];
  readonly model: string | undefined;
  readonly command: string | undefined;
}

/** Places where an option takes the same. */
interface ValueGroup {
  readonly values: readonly string[];
  /** What is taken besides; undefined: nothing. */
  readonly form: string | undefined;
  readonly offers: Offer[];
}

/**
 * @param typed the option in any spelling: `style-preset`, `--style-preset`, `stylePreset`
 * @param all where options are, to say who has one
 * @param chosen what was asked for
 * @throws CliError `bad_input`: no such option, or not there
 */
export async function tellValues(
  { report }: Run,
  typed: string,
  all: readonly Offer[],
  chosen: Chosen,
): Promise<void> {
  const everywhere = groupsOf(all, typed);
  if (everywhere.length === 0) throw unknownOption(all, typed);
  const label = labelIn(all, typed);
  const groups = groupsOf(chosen.offers, typed);
  if (groups.length === 0) throw notThere(label, everywhere, chosen);
  if (report.mode.json) {
    const values = groups.flatMap((group) =>
      sectionsOf(group.offers).map((section) => ({
        ...section,
        values: group.values,
        form: group.form ?? null,
      })),
    );
    return report.json({ ok: true, command: 'models', option: label, values, warnings: report.warnings });
  }
  const isOne = groups.length === 1;
  const blocks = groups.map((group, index) => [
    ...(isOne ? [] : [...(index > 0 ? [''] : []), `==> ${placesOf(group.offers)} <==`]),
    ...(group.values.length > 0 ? group.values : [group.form ?? '']),
  ]);
  await report.data(...blocks.flat());
  // Beside the values, which go down the pipe.
  const forms = groups.filter(({ values }) => values.length > 0).map(({ form }) => form);
  for (const form of new Set(forms)) if (form !== undefined) await report.notice(`Or ${form}.`);
}

function groupsOf(offers: readonly Offer[], typed: string): ValueGroup[] {
  const groups = new Map<string, ValueGroup>();
  for (const offer of offers) {
    const offered = offer.options.find(({ option }) => isCalled(option, typed));
    if (offered === undefined) continue;
    const [values, form] = [namedValues(offered.type), formOf(offered.type)];
    const key = JSON.stringify([values, form]);
    const group = groups.get(key) ?? { values, form, offers: [] };
    group.offers.push(offer);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function isCalled({ name, flags }: Choosable, typed: string): boolean {
  const names = [name, ...flags.split(/[ ,]+/).filter((word) => word.startsWith('-'))];
  return names.some((each) => wordKey(each) === wordKey(typed));
}

function labelIn(offers: readonly Offer[], typed: string): string {
  const all = offers.flatMap(({ options }) => options.map(({ option }) => option));
  return longFlag(all.find((option) => isCalled(option, typed))?.flags ?? typed);
}

/** Models and commands that go together, each with each. */
interface Section {
  readonly models: readonly string[];
  readonly commands: readonly string[];
}

function sectionsOf(offers: readonly Offer[]): Section[] {
  const sections = new Map<string, { models: string[]; commands: string[] }>();
  for (const model of new Set(offers.map((offer) => offer.model))) {
    const commands = offers.filter((offer) => offer.model === model).map(({ command }) => command);
    const key = JSON.stringify(commands);
    const section = sections.get(key) ?? { models: [], commands };
    if (model !== undefined) section.models.push(model);
    sections.set(key, section);
  }
  return [...sections.values()];
}

/** `V_3 (generate, remix); remove-object`. */
function placesOf(offers: readonly Offer[]): string {
  return sectionsOf(offers)
    .map(({ models, commands }) =>
      models.length === 0 ? commands.join(', ') : `${models.join(', ')} (${commands.join(', ')})`,
    )
    .join('; ');
}

function unknownOption(all: readonly Offer[], typed: string): CliError {
  const flags = all.flatMap(({ options }) => options.map(({ option }) => longFlag(option.flags)));
  return new CliError('bad_input', `"${typed}" is not an option of any command that makes images or words.`, {
    hint: `Options: ${[...new Set(flags)].join(', ')}.`,
  });
}

function notThere(label: string, everywhere: readonly ValueGroup[], { model, command }: Chosen): CliError {
  const asked = [command, model === undefined ? undefined : `model ${model}`].filter(
    (each) => each !== undefined,
  );
  const offers = everywhere.flatMap((group) => group.offers);
  return new CliError('bad_input', `${label} is not an option of ${asked.join(' with ')}.`, {
    hint: `It is one of: ${placesOf(offers)}.`,
  });
}
