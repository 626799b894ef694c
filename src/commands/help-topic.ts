/** A page of the documentation in the terminal, offline: the files of docs/ come with the program, and say it alone. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../errors.js';
import { renderMarkdown } from '../terminal/markdown.js';
import { loadStyle } from '../terminal/style.js';
import type { Run } from './run.js';

const USUAL_WIDTH = 80;
/** Longer lines nobody likes to read. */
const MAX_WIDTH = 100;

/**
 * Prints it.
 * @param page the file's name, without .md
 * @param topicOf the topic that prints another page, by its file's name; undefined where none does
 * @throws CliError `bad_file`: it was taken out of the installation
 */
export async function printPage(
  { ctx, report }: Run,
  page: string,
  topicOf: (page: string) => string | undefined,
): Promise<void> {
  const path = join(ctx.docs, `${page}.md`);
  const markdown = await readFile(path, 'utf8').catch((cause) => {
    const hint = 'Install ideogram-cli again: its documentation comes with it.';
    throw new CliError('bad_file', `The page is not there: ${path}.`, { hint, cause });
  });
  const style = await loadStyle(report.mode.color.stdout);
  const width = Math.min(ctx.stdout.columns || USUAL_WIDTH, MAX_WIDTH);
  // In a terminal a link to another page is only its words.
  const topics = linkedPages(markdown).flatMap((linked) => topicOf(linked) ?? []);
  const related = [...new Set(topics)].map((topic) => `\`ideogram help ${topic}\``);
  const more = related.length > 0 ? `\n\nMore: ${related.join(', ')}` : '';
  await report.page(await renderMarkdown(`${markdown}${more}`, { width, style }));
}

/** The pages beside it that it names. */
function linkedPages(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([a-z-]+)\.md/g)].map(([, page]) => page ?? '');
}
