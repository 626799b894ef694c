/** The code blocks of README.md and docs/*.md, and what the line comments in them claim. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './spawn.js';

export interface Block {
  /** From the root of the project. */
  readonly page: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** A `text` block right below: what is printed. `...` stands for anything. */
  readonly prints: string | undefined;
}

/** README.md and all pages of docs/. */
export async function documentationPages(): Promise<string[]> {
  const names = await readdir(join(ROOT, 'docs'));
  const pages = names.filter((name) => name.endsWith('.md')).sort();
  return ['README.md', ...pages.map((name) => `docs/${name}`)];
}

/** All blocks of a page, in its order. */
export async function blocksOf(page: string): Promise<Block[]> {
  const lines = (await readFile(join(ROOT, page), 'utf8')).split('\n');
  const blocks: { line: number; end: number; language: string; text: string }[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^```(.*)$/.exec(lines[at] ?? '');
    if (!fence) continue;
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new Error(`${page}:${at + 1}: this block has no end`);
    blocks.push({ line: at + 1, end, language: fence[1] ?? '', text: lines.slice(at + 1, end).join('\n') });
    at = end;
  }
  return blocks.map(({ line, end, language, text }) => {
    const below = blocks.find(
      (other) => other.language === 'text' && other.line - 1 - end <= 2 && other.line > end,
    );
    return { page, line, language, text, prints: below?.text };
  });
}

/** What is said to fail: the status of each `# exit 2`, in their order. */
export function announcedFailures(text: string): number[] {
  return [...text.matchAll(/#.*?\bexit (?:status )?(\d+)/g)]
    .map(([, status]) => Number(status))
    .filter((status) => status !== 0);
}

/** The files and folders/ that the block says it writes: after -o, --save-mask or >. */
export function announcedFiles(text: string): string[] {
  // What resume brings home is what is missing, and that may be nothing.
  const lines = text.split('\n').filter((line) => !/--dry-run|ideogram resume -o|# exit [1-9]/.test(line));
  const saved = lines.flatMap((line) => [...line.matchAll(/(?: -o| --save-mask| >) ([\w./-]+)/g)]);
  return saved.map(([, path = '']) => path).filter((path) => path !== '-' && !path.startsWith('/dev/'));
}
