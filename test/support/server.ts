/** A real HTTP server on this machine that writes down what arrives, and answers as the test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { PNG_1X1 } from './images.js';

/** A request as it arrived, byte for byte. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** One part of a multipart body; `text` for fields, `file` for files. */
export interface ReceivedPart {
  readonly name: string;
  readonly filename: string | undefined;
  readonly type: string | undefined;
  readonly bytes: Buffer;
}

export type Responder = (
  request: Received,
  response: ServerResponse,
  server: TestServer,
) => void | Promise<void>;

export interface TestServer {
  readonly url: string;
  /** All requests but image downloads, in the order of their arrival. */
  readonly calls: Received[];
  /** Image downloads. */
  readonly downloads: Received[];
}

/**
 * Starts a server that is closed after the test.
 * @param respond answers API calls; default: one image for each asked for
 * @param serveImage answers GET /image/...; default: a small PNG
 */
export async function startServer(
  respond: Responder = answerImages(1),
  serveImage: Responder = (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/png' }).end(PNG_1X1);
  },
): Promise<TestServer> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks),
    };
    const isImage = received.path.startsWith('/image/');
    (isImage ? test.downloads : test.calls).push(received);
    await (isImage ? serveImage : respond)(received, response, test);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const test: TestServer = { url: `http://127.0.0.1:${port}`, calls: [], downloads: [] };
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return test;
}

/** Answers 200 with `count` images, seeds 1, 2, 3 ...; each may be changed. */
export function answerImages(
  count: number,
  change: (image: Record<string, unknown>, index: number) => Record<string, unknown> = (image) => image,
): Responder {
  return (_request, response, server) => {
    const data = Array.from({ length: count }, (_, index) =>
      change(
        {
          url: `${server.url}/image/${index}.png?exp=1900000000&sig=00`,
          prompt: 'the final prompt',
          resolution: '1024x1024',
          is_image_safe: true,
          seed: index + 1,
          style_type: 'GENERAL',
        },
        index,
      ),
    );
    answerJson(response, 200, { created: '2026-01-01T00:00:00Z', data });
  };
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A structured prompt as the API writes it. */
export const SCENE = {
  high_level_description: 'A fox reads a map.',
  compositional_deconstruction: {
    background: 'a wood in autumn',
    elements: [{ type: 'obj', desc: 'a red fox', bbox: [100, 200, 900, 800] }],
  },
} as const;

/** What layerize tells of the text in a picture; the API's blocks hold more. */
export const TEXT_BLOCKS = [{ text: 'GRAND OPENING', x: 10, y: 20 }] as const;

/** Answers 200 as the endpoint of the path does, with the least that it promises. docs: openapi, required fields. */
export const answerAsApi: Responder = (request, response, server) => {
  const path = request.path.replace(/\?.*/, '');
  const url = `${server.url}/image/0.png`;
  const created = '2026-01-01T00:00:00Z';
  switch (path) {
    case '/describe':
      return answerJson(response, 200, { descriptions: [{ text: 'A fox.' }] });
    case '/v1/ideogram-v4/describe':
      return answerJson(response, 200, { json_prompt: SCENE });
    case '/v1/ideogram-v4/magic-prompt':
      return answerJson(response, 200, { json_prompt: SCENE, aspect_ratio: '16x9' });
    case '/v1/ideogram-v3/layerize-text':
      return answerJson(response, 200, { base_image_url: url, seed: 3, text_blocks: TEXT_BLOCKS });
    case '/v1/remove-background':
    case '/v1/remove-object':
      return answerJson(response, 200, { created, data: [{ url, is_image_safe: true }] });
    default:
      return answerImages(1)(request, response, server);
  }
};

/** The parts of a multipart body, by Node's own parser: neither form-data's nor the sandbox's. */
export async function readParts(request: Received): Promise<ReceivedPart[]> {
  const type = request.headers['content-type'] ?? '';
  const form = await new Response(new Uint8Array(request.body), {
    headers: { 'content-type': type },
  }).formData();
  const types = declaredTypes(request.body, /boundary="?([^";]+)/.exec(type)?.[1] ?? '');
  return Promise.all(
    [...form].map(async ([name, value], index) => {
      if (typeof value === 'string') {
        // Node keeps no content type of text parts: it is looked up in the bytes.
        return { name, filename: undefined, type: types[index], bytes: Buffer.from(value) };
      }
      const bytes = Buffer.from(await value.arrayBuffer());
      return { name, filename: value.name, type: value.type, bytes };
    }),
  );
}

/** The content type of each part, as it stands in the part's head. */
function declaredTypes(body: Buffer, boundary: string): (string | undefined)[] {
  const heads = body
    .toString('latin1')
    .split(`--${boundary}\r\n`)
    .slice(1)
    .map((part) => part.slice(0, part.indexOf('\r\n\r\n')));
  return heads.map((head) => /^content-type: *(.+)$/im.exec(head)?.[1]?.trim());
}
