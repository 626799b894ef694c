/** The files that the wire cases name, and what arrived at a server, in words that a table can hold. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JPEG_1X1, makePng, WEBP_1X1 } from '../support/images.js';
import { BLACK, grey, leftBlack, paintPng, WHITE } from '../support/pictures.js';
import { createWorld, type World } from '../support/run.js';
import { type Received, type ReceivedPart, readParts, SCENE } from '../support/server.js';

/** The pictures that calls hand in: a name that lies, a name with a space, each with bytes of its own. */
export const PICTURES: Readonly<Record<string, Buffer>> = {
  'room.png': paintPng(8, 8, (x, y) => grey((x + y) * 16)),
  'mask.png': paintPng(8, 8, leftBlack(8), { color: 'grey' }),
  'inverted.png': paintPng(8, 8, (x) => (x < 4 ? WHITE : BLACK), { color: 'grey', depth: 1 }),
  'webp-as.png': WEBP_1X1,
  'zwei ü.jpeg': JPEG_1X1,
  'who.png': makePng(3, 2),
  'who-mask.png': paintPng(3, 2, leftBlack(3), { color: 'grey' }),
};

/** A world whose folder holds the pictures, a structured prompt and a prompt. */
export async function createPictureWorld(): Promise<World> {
  const world = await createWorld();
  const files = {
    ...PICTURES,
    'scene.json': JSON.stringify(SCENE),
    'prompt.txt': 'from a file\nsecond line\r\n',
  };
  await Promise.all(
    Object.entries(files).map(([name, content]) => writeFile(join(world.folder, name), content)),
  );
  return world;
}

/** A file as it arrived: its name there, its content type, and whose bytes it has. */
export interface FilePart {
  readonly file: string;
  readonly type: string | undefined;
  readonly bytes: string;
}

/** A part that declares itself JSON, parsed. */
export interface JsonPart {
  readonly json: unknown;
}

/**
 * A picture as it must arrive.
 * @param name of one of the PICTURES, whose bytes are wanted untouched
 * @param file the name it goes by, where that is another
 */
export function picture(name: string, file = name): FilePart {
  const type = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp' }[file.replace(/.*\./, '')];
  return { file, type, bytes: name };
}

export function isFilePart(value: unknown): value is FilePart {
  return typeof value === 'object' && value !== null && 'file' in value;
}

/** A multipart body by the names of its parts, whatever their order; of one name, in the order of arrival. */
export async function seenParts(call: Received): Promise<Record<string, unknown[]>> {
  const seen: Record<string, unknown[]> = {};
  for (const part of await readParts(call)) seen[part.name] = [...(seen[part.name] ?? []), seePart(part)];
  return seen;
}

function seePart({ filename, type, bytes }: ReceivedPart): string | FilePart | JsonPart | object {
  if (filename !== undefined) return { file: filename, type, bytes: whose(bytes) };
  const text = bytes.toString('utf8');
  if (type === 'application/json') return { json: JSON.parse(text) };
  return type === undefined ? text : { text, type };
}

function whose(bytes: Buffer): string {
  const [name] = Object.entries(PICTURES).find(([, content]) => content.equals(bytes)) ?? [];
  return name ?? `nobody's: ${bytes.length} bytes`;
}
