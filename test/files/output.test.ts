/** How images are named, and how a finished file gets its name: never over another one, never half. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  exists,
  numbered,
  publish,
  slugify,
  stemFor,
  temporaryName,
  writeWhole,
} from '../../src/files/output.js';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ideogram-output-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** All files of a folder with their contents; hidden ones too. */
async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const entries = names.map(async (name) => {
    const path = join(folder, name);
    return [name, (await stat(path)).isDirectory() ? '<folder>' : await readFile(path, 'utf8')];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Writes a temporary file with a text, and publishes it. */
async function put(
  folder: string,
  text: string,
  more: { stem?: string; extension?: string; force?: boolean; firstIndex?: number } = {},
): Promise<string> {
  const temporary = temporaryName(folder, `t${text}`);
  await writeFile(temporary, text);
  const name = { folder, stem: 'fox', extension: 'png', force: false, firstIndex: 0, ...more };
  return basename(await publish(temporary, name));
}

describe('slugify', () => {
  it.each([
    ['a red fox', 'a-red-fox'],
    ['  A   Red -- Fox! ', 'a-red-fox'],
    ['Café Größe Ångström', 'cafe-große-angstrom'],
    ['../../etc/passwd', 'etc-passwd'],
    ['..', 'image'],
    ['-rf', 'rf'],
    ['.hidden', 'hidden'],
    ['C:\\Windows\\fox', 'c-windows-fox'],
    ['a\0b\nc', 'a-b-c'],
    ['', 'image'],
    ['🦊🦊', 'image'],
    ['a 🦊 in the snow', 'a-in-the-snow'],
    ['"quotes" & <brackets>', 'quotes-brackets'],
    ['№ ½ ﬁsh', 'no-1-2-fish'],
    ['лиса в лесу', 'лиса-в-лесу'],
    ['狐狸', '狐狸'],
    ['がぎ パン', 'がぎ-パン'],
    ['हिन्दी', 'हिन्दी'],
    ['여우', '여우'],
    ['x'.repeat(200), 'x'.repeat(80)],
    ['狐'.repeat(100), '狐'.repeat(26)],
    [`${'word '.repeat(15)}whole`, `${'word-'.repeat(15)}whole`],
    [`${'word '.repeat(15)}wholes`, Array(15).fill('word').join('-')],
    [`${'x'.repeat(79)} y z`, 'x'.repeat(79)],
  ])('%j -> %s', (prompt, slug) => {
    expect(slugify(prompt)).toBe(slug);
  });

  const prompt = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc
      .array(fc.constantFrom('a', 'word', '狐狸', '../', '.', '-', ' ', '🦊', 'é', 'İ', 'ﬃ', '\\', ':', '\0'))
      .map((parts) => parts.join('')),
    fc.string({ unit: fc.constantFrom('a', 'ß', '狐', '𐐷', ' '), minLength: 70, maxLength: 400 }),
  );

  it('makes a name that is safe everywhere: no separator, no dot or hyphen in front, 1 to 80 bytes', () => {
    fc.assert(
      fc.property(prompt, (text) => {
        const slug = slugify(text);
        expect(slug).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(-[\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*$/u);
        expect(Buffer.byteLength(slug)).toBeLessThanOrEqual(80);
        expect(slug).toBe(Buffer.from(slug).toString('utf8'));
      }),
      { numRuns: 1000 },
    );
  });

  it('makes the same name of the same prompt, and of the name itself', () => {
    fc.assert(
      fc.property(prompt, (text) => {
        expect(slugify(text)).toBe(slugify(text));
        expect(slugify(slugify(text))).toBe(slugify(text));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('stemFor', () => {
  it.each<[string, string | undefined, { prompt: string; seed: number | undefined }, string]>([
    ['prompt and seed', undefined, { prompt: 'A fox', seed: 7 }, 'a-fox-7'],
    ['seed 0 is a seed', undefined, { prompt: 'A fox', seed: 0 }, 'a-fox-0'],
    ['no seed', undefined, { prompt: 'A fox', seed: undefined }, 'a-fox'],
    ['a prompt without letters', undefined, { prompt: '🦊', seed: 7 }, 'image-7'],
    ['what the user chose, as it is', 'My Fox', { prompt: 'A fox', seed: 7 }, 'My Fox'],
  ])('%s', (_what, chosen, image, stem) => {
    expect(stemFor({ stem: chosen, slug: slugify(image.prompt) }, image.seed)).toBe(stem);
  });

  it('the seed survives any shortening, and the number behind it fits too', () => {
    const image = fc.record({
      prompt: fc.string({ unit: 'grapheme', maxLength: 400 }),
      seed: fc.maxSafeNat(),
    });
    fc.assert(
      fc.property(image, fc.nat({ max: 9999 }), ({ prompt, seed }, index) => {
        const name = `${numbered(stemFor({ stem: undefined, slug: slugify(prompt) }, seed), index)}.webp`;
        expect(name).toContain(`-${seed}`);
        expect(Buffer.byteLength(name)).toBeLessThan(256);
      }),
    );
  });
});

describe('numbered', () => {
  it.each([
    [0, 'fox'],
    [1, 'fox-2'],
    [2, 'fox-3'],
    [9, 'fox-10'],
  ])('%i -> %s', (index, name) => {
    expect(numbered('fox', index)).toBe(name);
  });
});

describe('publish', () => {
  it('gives the names in order, and takes the temporary files away', async () => {
    const folder = await newFolder();
    const names = [await put(folder, '1'), await put(folder, '2'), await put(folder, '3')];
    expect(names).toEqual(['fox.png', 'fox-2.png', 'fox-3.png']);
    expect(await contents(folder)).toEqual({ 'fox.png': '1', 'fox-2.png': '2', 'fox-3.png': '3' });
  });

  it('never writes over a file: twenty at once become twenty files, each whole', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'fox-5.png'), 'mine');
    const texts = Array.from({ length: 20 }, (_, index) => `content ${index}`);
    const names = await Promise.all(texts.map((text) => put(folder, text)));
    const numbers = [0, 1, 2, 3, ...Array.from({ length: 16 }, (_, index) => index + 5)];
    expect([...names].sort()).toEqual(numbers.map((index) => `${numbered('fox', index)}.png`).sort());
    const wanted = Object.fromEntries(names.map((name, index) => [name, texts[index]]));
    expect(await contents(folder)).toEqual({ ...wanted, 'fox-5.png': 'mine' });
  });

  it('fills gaps, and goes round folders and other extensions', async () => {
    const folder = await newFolder();
    await mkdir(join(folder, 'fox.png'));
    await writeFile(join(folder, 'fox-2.webp'), 'another');
    await writeFile(join(folder, 'fox-3.png'), 'third');
    expect([await put(folder, 'a'), await put(folder, 'b')]).toEqual(['fox-2.png', 'fox-4.png']);
    expect(await contents(folder)).toEqual({
      'fox.png': '<folder>',
      'fox-2.png': 'a',
      'fox-2.webp': 'another',
      'fox-3.png': 'third',
      'fox-4.png': 'b',
    });
  });

  it("counts from the image's own place, so that images of one command keep their order", async () => {
    const folder = await newFolder();
    expect(await put(folder, 'c', { firstIndex: 2 })).toBe('fox-3.png');
    expect(await put(folder, 'a')).toBe('fox.png');
    expect(await put(folder, 'd', { firstIndex: 2 })).toBe('fox-4.png');
  });

  it('replaces with force, at exactly that name', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, 'fox.png'), 'old');
    await writeFile(join(folder, 'fox-2.png'), 'old');
    expect(await put(folder, 'new', { force: true })).toBe('fox.png');
    expect(await put(folder, 'newer', { force: true, firstIndex: 1 })).toBe('fox-2.png');
    expect(await contents(folder)).toEqual({ 'fox.png': 'new', 'fox-2.png': 'newer' });
  });

  it('fails where the folder is gone, and says so', async () => {
    const folder = await newFolder();
    const temporary = temporaryName(folder, 't');
    await writeFile(temporary, 'x');
    const name = { folder: join(folder, 'no'), stem: 'fox', extension: 'png', firstIndex: 0 };
    await expect(publish(temporary, { ...name, force: false })).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(publish(temporary, { ...name, force: true })).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readFile(temporary, 'utf8')).toBe('x');
  });
});

describe('writeWhole', () => {
  it('writes the text under the name, and nothing else', async () => {
    const folder = await newFolder();
    const path = join(folder, 'fox-7.png.json');
    expect(await writeWhole(path, '{"a":1}\n', false)).toBe(path);
    expect(await contents(folder)).toEqual({ 'fox-7.png.json': '{"a":1}\n' });
  });

  it('does not write over a file, but does with force', async () => {
    const folder = await newFolder();
    const path = join(folder, 'fox.json');
    await writeFile(path, 'old');
    expect(await writeWhole(path, 'new', false)).toBe(join(folder, 'fox-2.json'));
    expect(await contents(folder)).toEqual({ 'fox.json': 'old', 'fox-2.json': 'new' });
    expect(await writeWhole(path, 'newer', true)).toBe(path);
    expect(await contents(folder)).toEqual({ 'fox.json': 'newer', 'fox-2.json': 'new' });
  });

  it('leaves no temporary file behind when the name cannot be had', async () => {
    const folder = await newFolder();
    await mkdir(join(folder, 'taken.json'));
    await writeFile(join(folder, 'taken.json', 'inside'), 'x');
    await expect(writeWhole(join(folder, 'taken.json'), 'text', true)).rejects.toMatchObject({
      code: expect.stringMatching(/^E/),
    });
    expect(await contents(folder)).toEqual({ 'taken.json': '<folder>' });
  });

  it('makes no folder', async () => {
    const folder = await newFolder();
    await expect(writeWhole(join(folder, 'no', 'fox.json'), 'text', false)).rejects.toMatchObject({
      code: 'ENOENT',
    });
    expect(await contents(folder)).toEqual({});
  });
});

describe('temporaryName', () => {
  it('is hidden, and in the folder of the file it becomes', async () => {
    const folder = await newFolder();
    expect(temporaryName(folder, 'ab12')).toBe(join(folder, '.ideogram-ab12.part'));
    expect([await exists(folder), await exists(temporaryName(folder, 'ab12'))]).toEqual([true, false]);
  });
});
