/** What is refused as no image the API takes: what it is called, and the command that converts it. */
import { describe, expect, it } from 'vitest';
import { createInputWorld, read, refusal, type WorldOptions } from './input-world.js';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** The first box of the container of HEIC, AVIF and films: its brand, and those it is compatible with. */
const ftyp = (brand: string, ...compatible: string[]): Buffer => {
  const body = bytes(`ftyp${brand}\0\0\0\0${compatible.join('')}`);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.length + 4);
  return Buffer.concat([size, body, bytes('\0\0\0\x08mdat')]);
};

async function refused(name: string, content: Uint8Array, options: WorldOptions = {}, stdin = false) {
  const world = await createInputWorld(stdin ? { ...options, stdin: content } : options);
  const source = stdin ? '-' : await world.put(name, content);
  const { code, text, hint } = await refusal(read(world, [source]));
  expect([code, world.fetched]).toEqual(['bad_file', []]);
  return { text, hint };
}

describe('is called', () => {
  it.each<[string, Buffer, string]>([
    ['HEIC', ftyp('heic', 'mif1', 'heic'), 'a HEIC'],
    ['HEIC of other brands', ftyp('hevx'), 'a HEIC'],
    ['HEIC by the general brand', ftyp('mif1', 'mif1', 'heic'), 'a HEIC'],
    ['HEIF that says no more', ftyp('mif1', 'miaf'), 'a HEIC'],
    ['AVIF', ftyp('avif', 'mif1', 'miaf'), 'an AVIF'],
    ['AVIF, moving', ftyp('avis', 'avif', 'msf1'), 'an AVIF'],
    ['AVIF by the general brand', ftyp('mif1', 'avif', 'miaf'), 'an AVIF'],
    ['AVIF cut behind its brand', ftyp('avif').subarray(0, 12), 'an AVIF'],
    ['a film of a phone', ftyp('qt  ', 'qt  '), 'a video'],
    ['MP4', ftyp('isom', 'iso2', 'avc1', 'mp41'), 'a video'],
    [
      'MP4 with what looks like a brand behind the box',
      Buffer.concat([ftyp('mp42'), bytes('heic')]),
      'a video',
    ],
    ['WebM', bytes('\x1aE\xdf\xa3\x01\0\0\0'), 'a video'],
    ['AVI', bytes('RIFF\x24\0\0\0AVI LIST'), 'a video'],
    ['a sound', bytes('RIFF\x24\0\0\0WAVEfmt '), 'no image'],
    ['GIF', bytes('GIF89a\x01\0\x01\0'), 'a GIF'],
    ['TIFF', bytes('II*\0\x08\0\0\0'), 'a TIFF'],
    ['TIFF, big-endian', bytes('MM\0*\0\0\0\x08'), 'a TIFF'],
    ['BMP', bytes('BM\x46\x01\x02\0\0\0\0\0'), 'a BMP'],
    ['PSD', bytes('8BPS\0\x01'), 'a PSD'],
    ['JPEG XL', bytes('\xff\x0a\xfa\x1f'), 'a JPEG XL'],
    ['JPEG XL in a box', bytes('\0\0\0\x0cJXL \x0d\x0a\x87\x0a'), 'a JPEG XL'],
    ['JPEG 2000', bytes('\0\0\0\x0cjP  \x0d\x0a\x87\x0a'), 'a JPEG 2000'],
    ['PDF', bytes('%PDF-1.7\n%\xe2\xe3'), 'a PDF'],
    ['ZIP', bytes('PK\x03\x04\x14\0'), 'a ZIP archive'],
    ['SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg">'), 'an SVG'],
    ['SVG behind declaration and comment', bytes('<?xml version="1.0"?>\n<!-- me -->\n<svg>'), 'an SVG'],
    ['a web page', bytes('<!DOCTYPE html>\n<html>'), 'a web page'],
    ['JSON', bytes('{"error":"expired"}'), 'no image but JSON'],
    ['a JSON list', bytes('[\n  {"a": 1}'), 'no image but JSON'],
    ['an empty JSON list', bytes('[]\n'), 'no image but JSON'],
    ['JSON behind a byte order mark', Buffer.from('\uFEFF{"a":1}'), 'no image but JSON'],
    ['text', bytes('a red fox\n'), 'no image but plain text'],
    ['a log', bytes('[INFO] started\n'), 'no image but plain text'],
    ['text in braces', bytes('{a red fox}'), 'no image but plain text'],
    ['text that begins with BM', bytes('BMW is a car'), 'no image but plain text'],
    ['text of other scripts', Buffer.from('赤い狐'.repeat(60)), 'no image but plain text'],
    ['text in UTF-16', Buffer.from('\uFEFFa red fox', 'utf16le'), 'no image but plain text'],
    ['zeros', Buffer.alloc(64), 'no image'],
    ['bytes without meaning', bytes('\x89\x02\xfe\x90\x00\x01'), 'no image'],
    ['text with a bell', bytes('fox\x07'), 'no image'],
  ])('%s', async (_what, content, what) => {
    const { text, hint } = await refused('ref.png', content);
    expect(text).toBe(`ref.png is ${what}.`);
    expect(hint).toContain('The API takes JPEG, PNG and WebP. What counts is the content, not the name.');
  });

  it('empty, where it is empty', async () => {
    expect((await refused('ref.png', bytes(''))).text).toBe('ref.png is empty.');
  });
});

const HEIC = ftyp('heic');
const AVIF = ftyp('avif');
const GIF = bytes('GIF89a');
const SVG = bytes('<svg>');
const BMP = bytes('BM\x46\0\0\0');
const TIFF = bytes('II*\0');

describe('the command that converts it', () => {
  it.each<[NodeJS.Platform, string, Buffer, string]>([
    ['linux', 'photo.heic', HEIC, 'magick photo.heic photo.jpg'],
    ['linux', 'photo.avif', AVIF, 'magick photo.avif photo.jpg'],
    ['linux', 'photo.bmp', BMP, 'magick photo.bmp photo.jpg'],
    ['linux', 'scan.tiff', TIFF, "magick 'scan.tiff[0]' scan.jpg"],
    // Transparency, which JPEG has not.
    ['linux', 'logo.svg', SVG, 'magick logo.svg logo.png'],
    ['linux', 'logo.gif', GIF, "magick 'logo.gif[0]' logo.png"],
    ['linux', "it's me.heic", HEIC, "magick 'it'\\''s me.heic' 'it'\\''s me.jpg'"],
    ['linux', '-resize.heic', HEIC, 'magick ./-resize.heic ./-resize.jpg'],
    ['linux', 'no-extension', HEIC, 'magick no-extension no-extension.jpg'],
    // A HEIC that is called JPEG: what it becomes must not take its name.
    ['linux', 'photo.jpg', HEIC, 'magick photo.jpg photo-2.jpg'],
    ['darwin', 'photo.heic', HEIC, 'sips -s format jpeg photo.heic --out photo.jpg'],
    ['darwin', 'photo.bmp', BMP, 'sips -s format jpeg photo.bmp --out photo.jpg'],
    ['darwin', 'scan.tiff', TIFF, 'sips -s format jpeg scan.tiff --out scan.jpg'],
    ['darwin', 'logo.gif', GIF, 'sips -s format png logo.gif --out logo.png'],
    ['darwin', 'photo.avif', AVIF, 'magick photo.avif photo.jpg'],
    ['darwin', 'logo.svg', SVG, 'magick logo.svg logo.png'],
    ['win32', 'my photo.heic', HEIC, 'magick "my photo.heic" "my photo.jpg"'],
  ])('on %s, for %s', async (platform, name, content, command) => {
    expect((await refused(name, content, { platform })).hint.split('\n')).toEqual([
      expect.stringContaining('The API takes'),
      `Convert it: ${command}`,
    ]);
  });

  it('never takes the name of a file that is there', async () => {
    const world = await createInputWorld();
    for (const name of ['photo.jpg', 'photo-2.jpg', 'photo.heic']) await world.put(name, HEIC);
    expect((await refusal(read(world, ['photo.heic']))).hint).toContain('magick photo.heic photo-3.jpg');
  });

  it('keeps the folder', async () => {
    const world = await createInputWorld();
    await world.put('photo.heic', HEIC);
    const path = `${world.cwd}/photo.heic`;
    expect((await refusal(read(world, [path]))).hint).toContain(`magick ${path} ${world.cwd}/photo.jpg`);
  });

  it('from standard input is a part of the pipe', async () => {
    expect((await refused('', HEIC, { platform: 'darwin' }, true)).hint).toContain(
      'Convert it on the way: ... | magick - jpg:- | ideogram ...',
    );
    expect((await refused('', GIF, {}, true)).hint).toContain("| magick '-[0]' png:- |");
  });

  it.each<[string, Buffer]>([
    ['a video', ftyp('isom')],
    ['text', bytes('a red fox')],
    ['a PDF', bytes('%PDF-1.7')],
  ])('is not there for %s', async (_what, content) => {
    expect((await refused('ref.png', content)).hint.split('\n')).toHaveLength(1);
  });
});
