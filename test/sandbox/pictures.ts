/** Pictures and masks for the sandbox's tests, whole files of any size, and a look at those that come back. */
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import type { FilePart } from './harness.js';

/** Red, green, blue, opacity of a pixel. */
type Paint = (x: number, y: number) => readonly [number, number, number, number?];

export const BLACK = [0, 0, 0] as const;
export const WHITE = [255, 255, 255] as const;

const half: Paint = (x) => (x === 0 ? BLACK : WHITE);

/** A mask whose first column is black and the rest white. */
export function mask(width = 8, height = 6, paint: Paint = half): FilePart {
  return file(pngBytes(width, height, paint), 'mask.png', 'image/png');
}

export function picture(
  width = 8,
  height = 6,
  colour: readonly [number, number, number] = [200, 120, 40],
): FilePart {
  return file(
    pngBytes(width, height, () => colour),
    'photo.png',
    'image/png',
  );
}

export function pngBytes(width: number, height: number, paint: Paint, options: object = {}): Buffer {
  return PNG.sync.write(painted(width, height, paint), options);
}

/** `orientation` other than 1 is written as EXIF. */
export function jpegPicture(width: number, height: number, paint: Paint, orientation = 1): FilePart {
  const bytes = jpeg.encode(painted(width, height, paint), 95).data;
  return file(orientation === 1 ? bytes : turned(bytes, orientation), 'photo.jpg', 'image/jpeg');
}

/** A file that says its size and holds no pixels: the sandbox does not decode WebP. */
export function webpPicture(width: number, height: number): FilePart {
  const bytes = Buffer.alloc(30);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(22, 4);
  bytes.write('WEBPVP8X', 8, 'latin1');
  bytes.writeUInt32LE(10, 16);
  bytes.writeUIntLE(width - 1, 24, 3);
  bytes.writeUIntLE(height - 1, 27, 3);
  return file(bytes, 'photo.webp', 'image/webp');
}

export function file(bytes: Buffer, filename = 'photo.png', type = 'image/png'): FilePart {
  return { bytes, filename, type };
}

/** Size of a PNG, the opacities that occur in it, and how much of it cannot be seen. */
export function look(bytes: Buffer): { size: string; opacities: Set<number>; unseen: number } {
  const { width, height, data } = PNG.sync.read(bytes);
  const opacities = new Set<number>();
  let unseen = 0;
  for (let at = 3; at < data.length; at += 4) {
    opacities.add(data[at] ?? -1);
    if (data[at] === 0) unseen += 1;
  }
  return { size: `${width}x${height}`, opacities, unseen: unseen / (width * height) };
}

function painted(width: number, height: number, paint: Paint): PNG {
  const image = new PNG({ width, height });
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [red, green, blue, opacity = 255] = paint(x, y);
      image.data.set([red, green, blue, opacity], (y * width + x) * 4);
    }
  }
  return image;
}

/** With an EXIF segment that holds nothing but the orientation. */
function turned(bytes: Buffer, orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM\0*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(0x0112, 10);
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  const head = Buffer.from([0xff, 0xe1, 0, tiff.length + 8]);
  return Buffer.concat([
    bytes.subarray(0, 2),
    head,
    Buffer.from('Exif\0\0', 'latin1'),
    tiff,
    bytes.subarray(2),
  ]);
}
