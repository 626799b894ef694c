/** Rules that several endpoints have, as lists of what must be refused, and the way to try them: one request a case. */
import { describe, expect, it } from 'vitest';
import { send, type Value } from './endpoints.js';
import { parsed, start } from './harness.js';
import { file, picture } from './pictures.js';

export type Changes = Readonly<Record<string, Value>>;
export type Refused = readonly [changes: Changes, says: string];

export const V3 = '/v1/ideogram-v3';
export const V4 = '/v1/ideogram-v4';
export const CODE = '0a1B2c3D';

export const promptless: Refused[] = [
  [{ seed: -1 }, 'minimum of 0'],
  [{ seed: 2147483648 }, 'maximum of 2147483647'],
];
export const several: Refused[] = [
  ...promptless,
  [{ num_images: 0 }, "minimum of 1 - 'num_images'"],
  [{ num_images: 9 }, "maximum of 8 - 'num_images'"],
];
export const prompted: Refused[] = [
  [{ prompt: '' }, "non-empty - 'prompt'"],
  [{ prompt: ' ' }, "non-empty - 'prompt'"],
  [{ prompt: ['a', 'b'] }, "'prompt' takes one value"],
];
export const inner = (cases: readonly Refused[]): Refused[] =>
  cases
    .filter(([changes]) => !Object.values(changes).some(Array.isArray))
    .map(([changes, says]) => [
      Object.fromEntries(Object.entries(changes).map(([name, value]) => [`image_request.${name}`, value])),
      says,
    ]);
export const look: Refused[] = [
  [{ rendering_speed: 'BALANCED' }, "- 'rendering_speed'"],
  [{ style_preset: 'NICE' }, "- 'style_preset'"],
  [{ style_codes: ['123'] }, "- 'style_codes.0'"],
  [{ style_codes: CODE, style_reference_images: picture() }, 'style_codes and style_reference_images'],
  [{ style_reference_images: [picture(), file(Buffer.from('x'))] }, 'image 2 of style_reference_images'],
  [{ color_palette: { name: 'ember' } }, "- 'color_palette.name'"],
  [{ color_palette: { name: 'EMBER', members: [{ color_hex: '#abc' }] } }, 'not both'],
];
export const styled: Refused[] = [
  ...look,
  [{ style_type: 'ANIME' }, "- 'style_type'"],
  [{ style_codes: CODE, style_type: 'AUTO' }, 'style_codes and style_type'],
  [{ character_reference_images: [picture(), picture()] }, 'exactly one'],
  [{ character_reference_images_mask: picture() }, 'as many masks'],
  [
    { character_reference_images: picture(9, 9), character_reference_images_mask: picture(9, 8) },
    'character_reference_images_mask must have the size of its image: 9x9, not 9x8',
  ],
  [
    {
      character_reference_images: file(Buffer.from('ffd8ff', 'hex')),
      character_reference_images_mask: picture(),
    },
    'Could not read image 1 of character_reference_images',
  ],
];
export const magic: Refused[] = [[{ magic_prompt: 'true' }, "- 'magic_prompt'"]];
export const magicOption: Refused[] = [[{ magic_prompt_option: 'on' }, "- 'magic_prompt_option'"]];
export const shapes: Refused[] = [
  [{ resolution: '1000x1000' }, "- 'resolution'"],
  [{ aspect_ratio: '16:9' }, "- 'aspect_ratio'"],
  [{ resolution: '1024x1024', aspect_ratio: '1x1' }, 'resolution and aspect_ratio'],
];
/** For those that take what is not wanted. */
export const negative: Refused[] = [[{ negative_prompt: ['a', 'b'] }, "'negative_prompt' takes one value"]];
export const weight: Refused[] = [
  [{ image_weight: 0 }, "minimum of 1 - 'image_weight'"],
  [{ image_weight: 101 }, "maximum of 100 - 'image_weight'"],
  [{ image_weight: 'half' }, "- 'image_weight'"],
];
export const v4: Refused[] = [
  [{ text_prompt: '' }, "non-empty - 'text_prompt'"],
  [{ rendering_speed: 'FLASH' }, "'FLASH' is not one of ['TURBO', 'DEFAULT', 'QUALITY'] - 'rendering_speed'"],
  [{ enable_copyright_detection: 'yes' }, "- 'enable_copyright_detection'"],
];
export const legacyModel: Refused[] = [
  [{ model: 'V_3' }, "- 'model'"],
  [{ style_type: 'NICE' }, "- 'style_type'"],
];

/** What an endpoint takes, and what it refuses with these words. */
export interface Rules {
  readonly accepted: readonly Changes[];
  readonly refused: readonly Refused[];
}

/** Tries all of them. */
export function tryRules(table: Readonly<Record<string, Rules>>): void {
  describe.each(Object.entries(table))('%s', (path, { accepted, refused }) => {
    it.each(accepted.map((changes) => [spell(changes), changes] as const))(
      'takes %s',
      async (_name, changes) => {
        const heard = await send(await start(), path, changes);
        expect([heard.status, heard.status === 200 ? '' : heard.body.toString()]).toEqual([200, '']);
      },
    );

    it.each(refused.map(([changes, says]) => [spell(changes), changes, says] as const))(
      'refuses %s',
      async (_name, changes, says) => {
        const heard = await send(await start(), path, changes);
        expect(heard.status).toBe(400);
        const { detail, error } = parsed(heard);
        expect(detail ?? error).toContain(says);
      },
    );
  });
}

function spell(changes: Changes): string {
  const short = (_name: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'bytes' in value ? 'a file' : value;
  return JSON.stringify(changes, short).slice(0, 100);
}
