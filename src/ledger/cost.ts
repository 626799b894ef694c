/** What a request is expected to cost: the dated price table, and the arithmetic on it. Estimates, never a bill. */

/** The day the prices were last confirmed against the API's own quotes and price page. */
export const PRICES_OF = '2026-10-10';

/** USD per image by model; a model that is not here has no public price. docs: pricing page and price quotes of the API. */
const USD_PER_IMAGE: Readonly<Record<string, number>> = {
  V_1_TURBO: 0.02,
  V_2: 0.08,
  V_2_TURBO: 0.05,
  V_2A: 0.04,
  V_2A_TURBO: 0.025,
};

/** USD per image of V_3 by rendering speed. docs: pricing page, "3.0". */
const V3_USD_PER_IMAGE: Readonly<Record<string, number>> = {
  FLASH: 0.03,
  TURBO: 0.03,
  DEFAULT: 0.06,
  QUALITY: 0.09,
};

/** The same with a character reference; FLASH has no price. docs: pricing page, "3.0 with character reference". */
const V3_CHARACTER_USD_PER_IMAGE: Readonly<Record<string, number>> = {
  TURBO: 0.1,
  DEFAULT: 0.15,
  QUALITY: 0.2,
};

export interface Priced {
  readonly model: string;
  /** How many images are asked for, or came back: each is charged. */
  readonly images: number;
  /** The request's fields by their names on the wire. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Cost {
  /** USD, or null where no price is known. */
  readonly usd: number | null;
  /** How the figure was come by, for people. */
  readonly basis: string;
}

/** The expected cost of a request in USD, from a table with a date; `usd: null` where no price is public. */
export function estimateCost(request: Priced): Cost {
  const { perImage, what } = priceOf(request);
  if (perImage === undefined) return { usd: null, basis: `no public price is known for ${what}` };
  // Tenths of a cent, so that 3 x 0.1 does not read 0.30000000000000004.
  const usd = Math.round(perImage * request.images * 10_000) / 10_000;
  return {
    usd,
    basis: `estimate: ${request.images} x $${perImage} for ${what}, prices of ${PRICES_OF}`,
  };
}

function priceOf({ model, fields }: Priced): { perImage: number | undefined; what: string } {
  if (fields.custom_model_uri !== undefined) return { perImage: undefined, what: 'custom models' };
  if (model !== 'V_3') return { perImage: USD_PER_IMAGE[model], what: model };
  const speed = String(fields.rendering_speed ?? 'DEFAULT');
  if (fields.character_reference_images === undefined) {
    return { perImage: V3_USD_PER_IMAGE[speed], what: `V_3 ${speed}` };
  }
  return { perImage: V3_CHARACTER_USD_PER_IMAGE[speed], what: `V_3 ${speed} with a character reference` };
}

/** A price for people: `$0.18`, or `$0.025` where cents are not enough. */
export function formatUsd(usd: number): string {
  return `$${usd.toFixed(Number.isInteger(Math.round(usd * 1e6) / 1e4) ? 2 : 3)}`;
}
