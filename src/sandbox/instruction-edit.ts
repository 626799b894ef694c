/** The rules of POST /v1/edit (docs: edit by instruction): a prompt about images that are sent or linked to, without a mask. */
import type { Call } from './call.js';
import { Fields, quote } from './fields.js';
import { generate, readMagicPrompt, readRun } from './generation.js';
import { drawable, type Size, sizeOf } from './picture-size.js';
import { readPrompt } from './rehearsal.js';
import { problem, type Reply } from './replies.js';
import type { Route } from './routes.js';
import { measured } from './source-image.js';
import { readSizeV3 } from './v3-style.js';

export const INSTRUCTION_EDIT: Route = { path: '/v1/edit', accepts: ['form'], handle: edit };

const MAX_IMAGES = 10;

async function edit(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = readPrompt(fields, call);
  const size = readSizeV3(fields);
  const transparent = fields.boolean('transparent_background') ?? false;
  const job = { ...prompted, ...readRun(fields), transparent, magicPrompt: readMagicPrompt(fields) };
  const own = await readImages(fields, call);
  return generate(call, { ...job, size: size ?? own ?? sizeOf(undefined, undefined) });
}

/** Checks all images; the size of the first that was sent. */
async function readImages(fields: Fields, call: Call): Promise<Size | undefined> {
  const images = fields.images('images');
  const urls = fields.texts('image_urls', /./);
  if (images.length + urls.length === 0) throw problem("'images' or 'image_urls' is a required property");
  if (images.length > MAX_IMAGES) throw problem(`${images.length} files are too many, at most 10 - 'images'`);
  if (urls.length > MAX_IMAGES) throw problem(`${urls.length} links are too many, at most 10 - 'image_urls'`);
  for (const [index, url] of urls.entries()) {
    if (!isIdeogramLink(url, call))
      throw problem(`${quote(url)} is no link to an Ideogram image - 'image_urls.${index}'`);
  }
  const sizes = [];
  for (const [index, image] of images.entries()) sizes.push(await measured('images', image, index));
  return sizes[0] && drawable(sizes[0].shown);
}

/** On ideogram.ai, or among this sandbox's own links. */
function isIdeogramLink(text: string, { world }: Call): boolean {
  if (text.startsWith(`http://127.0.0.1:${world.port}/api/images/`)) return true;
  return /^https:\/\/(?:[\w-]+\.)*ideogram\.ai(?::443)?\/\S*$/i.test(text);
}
