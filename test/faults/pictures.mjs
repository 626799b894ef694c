/** Pictures that are real and each unlike every other: a wrong, mixed or half one is known by its hash. */
import { createHash, randomBytes } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';

const MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A grey PNG of noise, which nothing can make smaller.
 * @param {number} side pixels; the file has about side x side bytes
 */
export function makePicture(side) {
  const rows = randomBytes((side + 1) * side);
  // Each row begins with its filter: none.
  for (let row = 0; row < side; row++) rows[row * (side + 1)] = 0;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const pixels = deflateSync(rows, { level: 0 });
  return Buffer.concat([MAGIC, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

/** @param {Uint8Array} bytes */
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/**
 * Little on the wire, a monster when it is unpacked.
 * @param {Uint8Array} start what the unpacked bytes begin with
 * @param {number} megabytes of blanks behind it
 */
export function makeBomb(start, megabytes) {
  const blanks = gzipSync(Buffer.alloc(1024 * 1024, ' '));
  return Buffer.concat([gzipSync(start), ...Array.from({ length: megabytes }, () => blanks)]);
}

/** The first bytes of a PNG: enough to be taken for one. */
export const PICTURE_START = Buffer.concat([MAGIC, Buffer.alloc(512)]);

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}
