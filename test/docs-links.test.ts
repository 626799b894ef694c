/** What the documentation points to is there: pages, headings and files; and the index leaves out no page. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentationPages } from './support/docs-blocks.js';
import { readPage } from './support/docs-pages.js';
import { ROOT } from './support/spawn.js';

/** As GitHub names them: small letters, blanks as hyphens, no other signs; outside of code blocks. */
function anchorsOf(markdown: string): string[] {
  const text = markdown.replace(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const pages = ['CONTRIBUTING.md', ...(await documentationPages())];

describe('CONTRIBUTING.md', () => {
  it('names files that exist', async () => {
    const paths = [
      ...(await readPage('CONTRIBUTING.md')).matchAll(/`((?:src|test|bin)\/[\w./-]+\.(?:ts|cjs))`/g),
    ];
    expect(paths.length).toBeGreaterThan(20);
    await Promise.all(paths.map(([, path]) => access(join(ROOT, path ?? ''))));
  });
});

describe('a link', () => {
  it.each(pages)('in %s leads to a file that is there, and to a heading in it', async (page) => {
    const links = (await readPage(page)).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g);
    for (const [link, path = '', anchor] of links) {
      const target = path === '' ? page : join(page, '..', path);
      await access(join(ROOT, target));
      if (anchor !== undefined) expect(anchorsOf(await readPage(target)), link).toContain(anchor);
    }
  });
});

describe('docs/README.md', () => {
  it('names each page once', async () => {
    const named = [...(await readPage('docs/README.md')).matchAll(/^- \[[^\]]+\]\(([\w-]+\.md)\)/gm)].map(
      ([, name]) => name,
    );
    const there = (await documentationPages())
      .filter((page) => page.startsWith('docs/'))
      .map((page) => page.slice('docs/'.length));
    expect([...named].sort()).toEqual(there.filter((name) => name !== 'README.md').sort());
  });
});
