/** The text of pages, and of the blocks in them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './spawn.js';

/** @param page from the root of the project */
export function readPage(page: string): Promise<string> {
  return readFile(join(ROOT, page), 'utf8');
}

/** The text of all code blocks of a language in a piece of Markdown. */
export function textsOf(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text ?? '',
  );
}
