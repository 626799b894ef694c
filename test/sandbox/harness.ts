/** How the sandbox's tests speak to it: bytes over real HTTP, built and read by hand. */
import { request } from 'node:http';
import { afterEach } from 'vitest';
import type { Clock } from '../../src/context.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.js';
import { createVirtualClock } from '../support/clock.js';

export const V3 = '/v1/ideogram-v3/generate';
export const LEGACY = '/generate';
export const V2 = '/v2/image/generate/ideogram-4';

const running: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

/** A sandbox that is closed after the test. */
export async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ clock: createVirtualClock(), ...options });
  running.push(sandbox);
  return sandbox;
}

export interface Heard {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** The body came to its end. */
  complete: boolean;
  /** Set when the connection broke before an answer. */
  failed?: string;
}

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
  signal?: AbortSignal;
}

/** One request on its own connection; resolves however it ends. */
export function call(url: string, { method = 'GET', headers = {}, body, signal }: Sent = {}): Promise<Heard> {
  return new Promise((resolve) => {
    const lost = (error: Error): void =>
      resolve({ status: 0, headers: {}, body: Buffer.alloc(0), complete: false, failed: error.message });
    const sent = request(url, { method, headers, agent: false, ...(signal ? { signal } : {}) }, (answer) => {
      const chunks: Buffer[] = [];
      const done = (): void =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks),
          complete: answer.complete,
        });
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', done);
      answer.on('close', done);
    });
    sent.on('error', lost);
    sent.end(body);
  });
}

export interface FilePart {
  bytes: Buffer;
  filename?: string;
  type?: string;
}
export type Part = readonly [name: string, value: string | FilePart];

export const BOUNDARY = 'x-the-boundary-x';

export function multipart(parts: readonly Part[]): Buffer {
  const chunks: (string | Buffer)[] = [];
  for (const [name, value] of parts) {
    const file = typeof value === 'string' ? undefined : value;
    const filename = file?.filename === undefined ? '' : `; filename="${file.filename}"`;
    const type = file?.type ? `\r\nContent-Type: ${file.type}` : '';
    chunks.push(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${filename}${type}\r\n\r\n`);
    chunks.push(typeof value === 'string' ? value : value.bytes, '\r\n');
  }
  chunks.push(`--${BOUNDARY}--\r\n`);
  return Buffer.concat(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)));
}

export function postForm(
  sandbox: Sandbox,
  parts: readonly Part[],
  sent: Sent = {},
  path = V3,
): Promise<Heard> {
  const headers = { 'Api-Key': 'any', 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` };
  return call(sandbox.url + path, { method: 'POST', headers, body: multipart(parts), ...sent });
}

export function postJson(sandbox: Sandbox, path: string, value: unknown, sent: Sent = {}): Promise<Heard> {
  const headers = { 'Api-Key': 'any', 'Content-Type': 'application/json' };
  return call(sandbox.url + path, { method: 'POST', headers, body: JSON.stringify(value), ...sent });
}

export function postLegacy(sandbox: Sandbox, imageRequest: Record<string, unknown>): Promise<Heard> {
  return postJson(sandbox, LEGACY, { image_request: imageRequest });
}

/** Asks for a price; `key` is what stands in `Api-Key`. */
export function postQuote(sandbox: Sandbox, fields: Record<string, unknown>, key = 'any'): Promise<Heard> {
  const headers = { 'Api-Key': key, 'Content-Type': 'application/json' };
  return postJson(sandbox, `${V2}?dry_run=true`, { prompt: 'a fox', ...fields }, { headers });
}

interface Item {
  url: string | null;
  prompt: string;
  resolution: string;
  upscaled_resolution?: string;
  is_image_safe: boolean;
  seed: number;
  style_type?: string;
}

export function items(heard: Heard): Item[] {
  return (JSON.parse(heard.body.toString()) as { data: Item[] }).data;
}

export function parsed(heard: Heard): Record<string, unknown> {
  return JSON.parse(heard.body.toString()) as Record<string, unknown>;
}

/** The link of the first image a prompt yields. */
export async function firstLink(sandbox: Sandbox, prompt: string): Promise<string> {
  const url = items(await postForm(sandbox, [['prompt', prompt]]))[0]?.url;
  if (!url) throw new Error('no link');
  return url;
}

/** A clock on which nothing ends by itself: sleeps wait for `release` or for their signal. */
export function createStillClock(): Clock & { waiting: () => number; release: () => void } {
  const waits = new Set<() => void>();
  return {
    now: () => 0,
    after: () => () => undefined,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          waits.delete(end);
          resolve();
        };
        waits.add(end);
        signal?.addEventListener('abort', () => {
          waits.delete(end);
          reject(signal.reason as Error);
        });
      }),
    waiting: () => waits.size,
    release: () => {
      for (const end of [...waits]) end();
    },
  };
}

export const PNG_FILE = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(50)]);
export const JPEG_FILE = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(50)]);
export const WEBP_FILE = Buffer.from('RIFF\x20\0\0\0WEBPVP8 ', 'latin1');

export function image(bytes: Buffer = PNG_FILE): FilePart {
  return { bytes, filename: 'a.png', type: 'image/png' };
}
