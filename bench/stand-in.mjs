// The API for a bench, a process of its own: answers at once, or after a while, with links to one PNG. Prints its address.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const [latency = '0', bytes = '1000000'] = process.argv.slice(2);
const image = png(Number(bytes));
let inFlight = 0;
let most = 0;

const server = createServer(async (request, response) => {
  if (request.url === '/most-in-flight') return response.end(String(most));
  if (request.method === 'GET') return response.end(image);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const count = Number(
    /name="num_images"\r\n\r\n(\d+)/.exec(Buffer.concat(chunks).toString('latin1'))?.[1] ?? 1,
  );
  inFlight += count;
  most = Math.max(most, inFlight);
  await delay(Number(latency));
  inFlight -= count;
  const url = `http://127.0.0.1:${server.address().port}/image.png`;
  const data = Array.from({ length: count }, (_, seed) => ({
    url,
    seed,
    prompt: 'a fox',
    resolution: '1024x1024',
    is_image_safe: true,
  }));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ created: '2026-01-01T00:00:00Z', data }));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));

/** A PNG of so many bytes: a header, noise in a chunk that nobody reads, the end. */
function png(bytes) {
  const chunk = (name, data) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length);
    head.write(name, 4, 'latin1');
    return Buffer.concat([head, data, Buffer.alloc(4)]);
  };
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const header = Buffer.from([0, 0, 4, 0, 0, 0, 4, 0, 8, 2, 0, 0, 0]);
  const noise = randomBytes(Math.max(0, bytes - 57));
  const end = Buffer.from('00000000 49454e44 ae426082'.replaceAll(' ', ''), 'hex');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('tEXt', noise), end]);
}
