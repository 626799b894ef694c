/** The command `models`: which model is in which command, its price, its options and their values; nothing is sent. */
import { readChoice } from '../endpoints/choice.js';
import type { CommandSpec } from '../endpoints/define.js';
import { type Offer, offersOf } from '../endpoints/offers.js';
import { longFlag, modelsOf } from '../endpoints/survey.js';
import { CliError } from '../errors.js';
import { estimateCost, PRICES_OF, priceRange } from '../ledger/cost.js';
import { tableLines } from '../terminal/table.js';
import { type Chosen, tellValues } from './option-values.js';
import type { Run } from './run.js';

export interface AskedModels {
  /** Only this model. */
  readonly model?: string | undefined;
  /** The option whose values are wanted, in any spelling. */
  readonly options?: string | undefined;
  /** Only this command: `generate`, or `generate --transparent`. */
  readonly command?: string | undefined;
}

/** @throws CliError `bad_input`: no such model, command or option, or not together */
export async function runModels(run: Run, asked: AskedModels, specs: readonly CommandSpec[]): Promise<void> {
  const all = offersOf(specs);
  const chosen = choose(all, asked);
  if (asked.options !== undefined) return tellValues(run, asked.options, all, chosen);
  if (run.report.mode.json) return tellJson(run, chosen.offers);
  const isNarrow = asked.model !== undefined || asked.command !== undefined;
  await (isNarrow ? tellOptions(run, chosen.offers) : tellPrices(run, chosen.offers, specs));
}

function choose(all: readonly Offer[], { model: typedModel, command: typedCommand }: AskedModels): Chosen {
  const models = distinct(all.map(({ model }) => model)).filter((model) => model !== undefined);
  const commands = distinct(all.flatMap(({ spec, command }) => [spec.name, command]));
  const read = (choices: readonly string[], label: string, typed: string | undefined) =>
    typed === undefined ? undefined : readChoice({ kind: 'choice', spelling: 'word', choices }, label, typed);
  const model = read(models, '--model', typedModel);
  const command = read(commands, '--command', typedCommand);
  const ofCommand = all.filter(
    (offer) => command === undefined || [offer.spec.name, offer.command].includes(command),
  );
  const offers = ofCommand.filter((offer) => model === undefined || offer.model === model);
  if (offers.length > 0) return { offers, model, command };
  const others = distinct(ofCommand.flatMap((offer) => offer.model ?? []));
  throw new CliError('bad_input', `${model} is not a model of ${command}.`, {
    hint:
      others.length > 0
        ? `Its models: ${others.join(', ')}.`
        : 'It has none to choose from: leave out --model.',
  });
}

/** Every model with its commands and what these cost. */
async function tellPrices(
  { ctx, report }: Run,
  offers: readonly Offer[],
  specs: readonly CommandSpec[],
): Promise<void> {
  const rows = distinct(offers.map(({ model }) => model)).flatMap((model) => {
    const own = offers.filter((offer) => offer.model === model);
    return distinct(own.map(priceLine)).map((line, index) => {
      const commands = own.filter((offer) => priceLine(offer) === line).map(({ command }) => command);
      return [index > 0 ? '' : nameOf(model), distinct(commands).join(', '), line];
    });
  });
  const table = await tableLines(['Model', 'Commands', 'Price'], rows, ctx.stdout);
  await report.data(...table, '', PRICE_NOTE, defaultsNote(specs));
  await report.aside(
    'Options of a model: ideogram models -m V_3\nValues of an option: ideogram models --options style-preset',
  );
}

/** Each command with its price and its options. */
async function tellOptions({ ctx, report }: Run, offers: readonly Offer[]): Promise<void> {
  const rows = offers.map((offer, index) => [
    offers[index - 1]?.model === offer.model && index > 0 ? '' : nameOf(offer.model),
    offer.command,
    priceLine(offer),
    flagsOf(offer).join(' '),
  ]);
  const table = await tableLines(['Model', 'Command', 'Price', 'Options'], rows, ctx.stdout);
  await report.data(...table, '', PRICE_NOTE);
}

/** For programs: one object, its fields documented in docs/json.md. */
function tellJson({ report }: Run, offers: readonly Offer[]): Promise<void> {
  const models = distinct(offers.map(({ model }) => model)).map((model) => ({
    model: model ?? null,
    commands: offers.filter((offer) => offer.model === model).map(commandJson),
  }));
  return report.json({ ok: true, command: 'models', prices: PRICES_OF, models, warnings: report.warnings });
}

function commandJson(offer: Offer): object {
  const target = { endpoint: offer.endpoint.name, model: offer.model };
  const { from, to, per } = priceRange(target);
  const { usd, basis } = estimateCost({ ...target, images: 1, fields: {} });
  return { command: offer.command, options: flagsOf(offer), price: { usd, from, to, per, basis } };
}

const PRICE_NOTE = `Prices in USD as of ${PRICES_OF}: estimates, never a bill.`;

/** `Without --model: V_3 (magic-prompt: V_4).` */
function defaultsNote(specs: readonly CommandSpec[]): string {
  const choosing = specs.filter((spec) => modelsOf(spec).length > 0);
  const [usual] = choosing.map(({ defaultModel }) => defaultModel);
  const others = choosing.filter(({ defaultModel }) => defaultModel !== usual);
  const exceptions = others.map(({ name, defaultModel }) => `${name}: ${defaultModel}`).join(', ');
  return `Without --model: ${usual}${exceptions === '' ? '' : ` (${exceptions})`}.`;
}

function priceLine({ endpoint, model }: Offer): string {
  return priceRange({ endpoint: endpoint.name, model }).line;
}

function flagsOf({ options }: Offer): string[] {
  return options.map(({ option }) => longFlag(option.flags));
}

function nameOf(model: string | undefined): string {
  return model ?? '-';
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
