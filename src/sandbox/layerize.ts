/** The rules of POST /v1/ideogram-v3/layerize-text (docs: layerize text): an image comes back without its text, and the text as blocks. */
import type { Call } from './call.js';
import { Fields } from './fields.js';
import { generate, readSeed } from './generation.js';
import { drawable, type Size } from './picture-size.js';
import { readOptionalPrompt } from './rehearsal.js';
import type { Reply } from './replies.js';
import type { Route } from './routes.js';
import { readSource } from './source-image.js';

export const LAYERIZE: Route = { path: '/v1/ideogram-v3/layerize-text', accepts: ['form'], handle: layerize };

interface Style {
  readonly role: string;
  readonly text: string;
  readonly formatting: readonly string[];
  /** Shares of the image's height. */
  readonly top: number;
  readonly height: number;
}

const BLOCKS: readonly Style[] = [
  { role: 'heading', text: 'SANDBOX', formatting: ['bold', 'all_caps'], top: 0.1, height: 0.2 },
  { role: 'caption', text: 'not a real text of your image', formatting: [], top: 0.8, height: 0.1 },
];

async function layerize(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const { asked, ...prompted } = readOptionalPrompt(fields, call);
  const seed = readSeed(fields);
  const size = drawable((await readSource(fields, 'image')).shown);
  // Its answer has no field that could say so.
  const playable = new Map([...asked].filter(([name]) => name !== 'withheld'));
  return generate(call, { ...prompted, asked: playable, count: 1, seed, size }, ({ data }) => ({
    base_image_url: data[0]?.url,
    original_image_url: null,
    seed: data[0]?.seed,
    text_blocks: BLOCKS.map((style) => textBlock(style, size)),
  }));
}

/** A block across the middle of the image, in its pixels. */
function textBlock({ role, text, formatting, top, height }: Style, size: Size): Record<string, unknown> {
  const lineHeight = Math.max(1, Math.round(size.height * height));
  return {
    x: Math.round(size.width * 0.1),
    y: Math.round(size.height * top),
    width: Math.max(1, Math.round(size.width * 0.8)),
    height: lineHeight,
    text,
    alignment: 'center',
    angle: 0,
    font_name: 'Inter',
    font_alternatives: ['Arial', 'Helvetica'],
    font_size: lineHeight,
    line_height: 1.2,
    color: '#1D1B3A',
    formatting,
    role,
  };
}
