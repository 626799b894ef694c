/** Keys of every shape, found nowhere else, and how to tell that a text has one of them in it. */
import { expect } from 'vitest';

export interface SecretKey {
  readonly what: string;
  readonly key: string;
  /** Can a header carry it? */
  readonly isSendable: boolean;
  /** Can a line of .env be written that dotenv reads as this? */
  readonly fitsEnv: boolean;
}

export const KEYS: readonly SecretKey[] = [
  { what: 'a long key', key: 'k3yQx-mustN0t-bZseen-anywH3re-Jm8W', isSendable: true, fitsEnv: true },
  { what: 'a key of two lines', key: 'zQx7RwfR1st0vB\nkTy9BvsEc0ndnM', isSendable: false, fitsEnv: true },
  {
    what: 'a key of letters no header carries',
    key: 'zK4üpL9ämW2önB6ßqR8',
    isSendable: false,
    fitsEnv: true,
  },
  { what: 'a key of three letters', key: 'Q7z', isSendable: true, fitsEnv: true },
  {
    what: 'a key of special characters',
    key: `zJa"b\\c$d'e\`f&g|h;i<j>k(l)m*n?o[p]q{r}s~t#u%v^w!x=y`,
    isSendable: true,
    fitsEnv: false,
  },
];

/** How a key looks in other writings. */
function formsOf(key: string): string[] {
  const bytes = Buffer.from(key);
  const json = JSON.stringify(key).slice(1, -1);
  return [
    key,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(key),
    encodeURI(key),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('latin1'),
  ];
}

/** Every part of it of five letters; its last four may be shown where it is long enough to be recognized by them. */
function partsOf(key: string): string[] {
  return Array.from({ length: Math.max(0, key.length - 4) }, (_, at) => key.slice(at, at + 5));
}

/**
 * Fails where the text holds the key in any writing, or a part of it of five letters.
 * @param where what the text is, for the message
 */
export function expectUnseen(key: string, text: string, where: string): void {
  const found = [...formsOf(key), ...partsOf(key)].filter((form) => text.includes(form));
  expect([where, found, found.length > 0 ? text : '']).toEqual([where, [], '']);
}
