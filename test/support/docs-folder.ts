/** A folder with the files that the documentation speaks of, and nothing that a block makes itself. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { announcedFiles } from './docs-blocks.js';
import { JPEG_1X1, makePng } from './images.js';
import { leftBlack, paintPng } from './pictures.js';

const SIDE = 900;
const scene = makePng(SIDE, SIDE);
const script = '#!/bin/sh\nideogram generate "a red fox" -o from-the-script.png\n';

/** By name; a block gets those whose name it mentions, or whose folder. */
const FILES: Readonly<Record<string, string | Uint8Array>> = {
  ...Object.fromEntries(
    ['logo', 'post', 'poster', 'room', 'street', 'who', 'fox'].map((name) => [`${name}.png`, scene]),
  ),
  'mood.jpg': JPEG_1X1,
  'mug.jpg': JPEG_1X1,
  'photo.jpg': JPEG_1X1,
  'photos/one.jpg': JPEG_1X1,
  'photos/two.jpg': JPEG_1X1,
  'mask.png': paintPng(SIDE, SIDE, leftBlack(SIDE / 2)),
  'not-an-image.png': 'this is text',
  'prompt.txt': 'a red fox\n',
  'prompts.txt': 'a red fox\na blue owl\na green frog\n',
  'prompts/banner.txt': 'a red banner\n',
  'prompts/footer.txt': 'a blue footer\n',
  'key.txt': 'a-key-for-the-docs-0123\n',
  'new.txt': 'another-key-for-docs-4567\n',
  'my-script.sh': script,
  'make-all-images.sh': script,
};

/** Writes them. */
export async function fillFolder(folder: string, text: string): Promise<void> {
  const made = announcedFiles(text);
  for (const [path, content] of Object.entries(FILES)) {
    const parent = dirname(path);
    const mentioned =
      text.includes(path) ||
      (parent !== '.' && text.includes(`${parent}/`)) ||
      (path === 'photo.jpg' && text.includes(' *.jpg'));
    if (!mentioned || made.includes(path)) continue;
    await mkdir(join(folder, parent), { recursive: true });
    await writeFile(join(folder, path), content);
    if (path.endsWith('.sh')) await chmod(join(folder, path), 0o755);
  }
}
