/** What a request is expected to cost: the dated price tables, and the arithmetic on them. Estimates, never a bill. */

/** The day the prices were last confirmed against the API's own quotes and price page. */
export const PRICES_OF = '2026-10-10';

/** USD by what a price depends on, a rendering speed or a model; what is not here has no public price. */
type Table = Readonly<Record<string, number>>;

/** docs: pricing page, "3.0"; the quotes for V_3 say the same of every command. */
const V3: Table = { FLASH: 0.03, TURBO: 0.03, DEFAULT: 0.06, QUALITY: 0.09 };

/** docs: pricing page, "3.0 with character reference"; FLASH has no price. */
const V3_CHARACTER: Table = { TURBO: 0.1, DEFAULT: 0.15, QUALITY: 0.2 };

/** docs: pricing page, "4.0". */
const V4: Table = { TURBO: 0.03, DEFAULT: 0.06, QUALITY: 0.1 };

/** docs: pricing page and price quotes; nothing is public of V_1 and AUTO. */
const LEGACY: Table = { V_1_TURBO: 0.02, V_2: 0.08, V_2_TURBO: 0.05, V_2A: 0.04, V_2A_TURBO: 0.025 };

/** What an endpoint charges. */
interface Tariff {
  /** What is counted: images that come back, or images that are handed in. docs: pricing page. */
  readonly per: 'image' | 'input';
  /** USD of one: the same for all, or from a table. */
  readonly usd: number | { readonly bySpeed: Table } | { readonly byModel: Table };
  /** The same with a character reference, by speed. */
  readonly withCharacter?: Table;
  /** Fields that make the price unknown, but for the values named here. */
  readonly unknownWith?: Readonly<
    Record<string, { readonly butFor: readonly string[]; readonly what: string }>
  >;
  /** Added to what is priced. */
  readonly kind?: string;
  /** What the price holds for, where that is not all that the endpoint does. */
  readonly holdsFor?: string;
  /** Why the figure is to be doubted. */
  readonly doubt?: string;
}

const CUSTOM = { custom_model_uri: { butFor: [], what: 'custom models' } };
const OF_V3: Tariff = { per: 'image', usd: { bySpeed: V3 }, unknownWith: CUSTOM };
const OF_V3_WITH_CHARACTER: Tariff = { ...OF_V3, withCharacter: V3_CHARACTER };
const OF_V4: Tariff = { per: 'image', usd: { bySpeed: V4 }, unknownWith: CUSTOM };
const OF_LEGACY: Tariff = { per: 'image', usd: { byModel: LEGACY } };

/** By the endpoints' names; one that is not here has no public price. docs: pricing page, quotes of PRICES_OF. */
const TARIFFS: Readonly<Record<string, Tariff>> = {
  'generate-v3': OF_V3_WITH_CHARACTER,
  'remix-v3': OF_V3_WITH_CHARACTER,
  'edit-v3': OF_V3_WITH_CHARACTER,
  'reframe-v3': OF_V3,
  'replace-background': OF_V3,
  'generate-v4': OF_V4,
  'remix-v4': OF_V4,
  'generate-legacy': OF_LEGACY,
  'remix-legacy': OF_LEGACY,
  'edit-legacy': OF_LEGACY,
  'reframe-legacy': OF_LEGACY,
  'generate-transparent-v3': {
    per: 'image',
    usd: { bySpeed: { DEFAULT: 0.07 } },
    unknownWith: { upscale_factor: { butFor: ['X1'], what: 'V_3, transparent, enlarged' } },
    kind: 'transparent',
    holdsFor: 'default options',
  },
  'generate-transparent-v4': {
    per: 'image',
    usd: { bySpeed: { DEFAULT: 0.06 } },
    unknownWith: { output_resolution: { butFor: [], what: 'V_4, transparent, in a size of your own' } },
    kind: 'transparent',
    holdsFor: 'default options',
  },
  'edit-whole': { per: 'image', usd: 0.2, kind: 'an edit of the whole image', doubt: 'unverified' },
  upscale: { per: 'input', usd: 0.06, doubt: 'third-party figure' },
  describe: { per: 'input', usd: 0.01, doubt: 'third-party figure, unverified' },
  'remove-background': { per: 'input', usd: 0.01 },
  'remove-object': { per: 'input', usd: 0.03 },
  layerize: { per: 'input', usd: 0.09 },
};

/** What is said of endpoints without a price, where there is something to say. */
const REPORTED: Readonly<Record<string, string>> = { 'magic-prompt': 'reported to be free, unverified' };

export interface Target {
  /** The endpoint's name in the program. */
  readonly endpoint: string;
  /** Undefined where there is none to choose. */
  readonly model: string | undefined;
}

export interface Priced extends Target {
  /** How many images are asked for, or came back. */
  readonly images: number;
  /** The request's fields, files too, by their names on the wire. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Cost {
  /** USD, or null where no price is known. */
  readonly usd: number | null;
  /** How the figure was come by, for people. */
  readonly basis: string;
}

/**
 * The expected cost of one request in USD, from tables with a date; `usd: null` where no price is public.
 * Where the input is charged, one is: however many images come back.
 */
export function estimateCost(request: Priced): Cost {
  const { endpoint, model, images } = request;
  const tariff = TARIFFS[endpoint];
  const { one, what } = tariff ? priceOf(tariff, request) : { one: undefined, what: nameOf(endpoint, model) };
  if (tariff === undefined || one === undefined) {
    return { usd: null, basis: REPORTED[endpoint] ?? `no public price is known for ${what}` };
  }
  const count = tariff.per === 'input' ? 1 : images;
  const charged = tariff.per === 'input' ? `an image handed to ${what}` : what;
  const doubt = tariff.doubt === undefined ? '' : ` (${tariff.doubt})`;
  return {
    // Hundredths of a cent, so that 3 x 0.1 does not read 0.30000000000000004.
    usd: Math.round(one * count * 10_000) / 10_000,
    basis: `estimate: ${count} x ${formatUsd(one)} for ${charged}${doubt}, prices of ${PRICES_OF}`,
  };
}

function priceOf(tariff: Tariff, request: Priced): { one: number | undefined; what: string } {
  const { endpoint, model, fields } = request;
  for (const [wire, { butFor, what }] of Object.entries(tariff.unknownWith ?? {})) {
    const value = fields[wire];
    if (value !== undefined && !butFor.includes(String(value))) return { one: undefined, what };
  }
  const { usd, withCharacter, kind } = tariff;
  if (typeof usd === 'number') return { one: usd, what: kind ?? nameOf(endpoint, undefined) };
  if ('byModel' in usd) return { one: usd.byModel[String(model)], what: String(model) };
  const speed = String(fields.rendering_speed ?? 'DEFAULT');
  const what = [`${model} ${speed}`, ...(kind === undefined ? [] : [kind])].join(', ');
  if (withCharacter === undefined || fields.character_reference_images === undefined) {
    return { one: usd.bySpeed[speed], what };
  }
  return { one: withCharacter[speed], what: `${what} with a character reference` };
}

/** What nothing better is known of. */
function nameOf(endpoint: string, model: string | undefined): string {
  const command = endpoint.replace(/-(?:v\d|legacy)$/, '');
  return model === undefined ? command : `${command} with ${model}`;
}

/** What an image costs, over all options that change it. */
export interface PriceRange {
  /** USD; null where no price is known. */
  readonly from: number | null;
  readonly to: number | null;
  /** What is counted; null where no price is known. */
  readonly per: Tariff['per'] | null;
  /** For people: `$0.03 to $0.09 an image`. */
  readonly line: string;
}

/** The prices of an endpoint with a model, from the same tables as the estimates. */
export function priceRange({ endpoint, model }: Target): PriceRange {
  const tariff = TARIFFS[endpoint];
  const figures = tariff === undefined ? [] : figuresOf(tariff, model);
  if (tariff === undefined || figures.length === 0) {
    return { from: null, to: null, per: null, line: REPORTED[endpoint] ?? 'not public' };
  }
  const { per, withCharacter, holdsFor, doubt } = tariff;
  const character = Object.values(withCharacter ?? {});
  const remarks = [holdsFor, doubt].filter((text) => text !== undefined);
  const line = [
    `${span(figures)} ${per === 'input' ? 'an image handed in' : 'an image'}`,
    remarks.length > 0 ? ` (${remarks.join(', ')})` : '',
    character.length > 0 ? `; with a character reference ${span(character)}` : '',
  ].join('');
  const all = [...figures, ...character];
  return { from: Math.min(...all), to: Math.max(...all), per, line };
}

function figuresOf({ usd }: Tariff, model: string | undefined): number[] {
  if (typeof usd === 'number') return [usd];
  if ('bySpeed' in usd) return Object.values(usd.bySpeed);
  const figure = usd.byModel[String(model)];
  return figure === undefined ? [] : [figure];
}

function span(figures: readonly number[]): string {
  const [least, most] = [Math.min(...figures), Math.max(...figures)];
  return least === most ? formatUsd(least) : `${formatUsd(least)} to ${formatUsd(most)}`;
}

/** The same in the sandbox, which bills nothing. */
export function rehearsed({ basis }: Cost): Cost {
  return { usd: 0, basis: `sandbox, nothing is billed; with the real API: ${basis}` };
}

/** A price for people: `$0.18`, or `$0.025` where cents are not enough. */
export function formatUsd(usd: number): string {
  return `$${usd.toFixed(Number.isInteger(Math.round(usd * 1e6) / 1e4) ? 2 : 3)}`;
}
