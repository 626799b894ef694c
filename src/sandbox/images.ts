/** Image links: how they are signed, when they expire, and what a download of one gets. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../context.js';
import { drawPicture } from './picture.js';
import type { Size } from './picture-size.js';
import { gate, page, type Reply } from './replies.js';

/** What goes wrong with an image's downloads. */
export interface ImageFaults {
  readonly expired: boolean;
  /** How many downloads end early with a matching length. */
  readonly truncated: number;
  /** How many downloads, before those, are cut off. */
  readonly broken: number;
  readonly html: boolean;
}

interface SandboxImage {
  readonly prompt: string;
  readonly size: Size;
  readonly seed: number;
  readonly transparent: boolean;
  readonly faults: ImageFaults;
}

interface ImageStoreOptions {
  readonly clock: Clock;
  /** Seconds a link lives. */
  readonly lifetime: number;
  /** `http://host:port` of the links. */
  readonly origin: string;
}

const FOLDER = '/api/images/ephemeral/';
const MAX_IMAGES = 10_000;
const MAX_RENDERED = 32;

export class ImageStore {
  readonly #options: ImageStoreOptions;
  readonly #secret = randomBytes(32);
  readonly #images = new Map<string, SandboxImage & { downloads: number }>();
  readonly #rendered = new Map<string, Buffer>();
  #count = 0;

  constructor(options: ImageStoreOptions) {
    this.#options = options;
  }

  /** Keeps what is needed to draw the image later; its signed link. */
  add(image: SandboxImage): string {
    this.#count += 1;
    const id = createHash('sha256').update(this.#secret).update(String(this.#count)).digest('base64url');
    const key = id.slice(0, 22);
    remember(this.#images, key, { ...image, downloads: 0 }, MAX_IMAGES);
    const lifetime = image.faults.expired ? -60 : this.#options.lifetime;
    const exp = Math.floor(this.#options.clock.now() / 1000) + lifetime;
    return `${this.#options.origin}${FOLDER}${key}.png?exp=${exp}&sig=${this.#sign(key, String(exp))}`;
  }

  /** The reply to a GET or HEAD; undefined when that is no image's path. */
  serve(method: string, path: string, query: string): Reply | undefined {
    if ((method !== 'GET' && method !== 'HEAD') || !path.startsWith(FOLDER)) return undefined;
    const id = path.slice(FOLDER.length).replace(/\.png$/, '');
    const signed = new URLSearchParams(query);
    const exp = signed.get('exp') ?? '';
    if (signed.get('sig') !== this.#sign(id, exp)) {
      return page(403, 'Forbidden', 'The signature of this link is wrong.');
    }
    if (this.#options.clock.now() >= Number(exp) * 1000) {
      return { status: 403, type: 'text/plain; charset=utf-8', body: 'link expired\n', note: 'link expired' };
    }
    const image = this.#images.get(id);
    if (!image) return gate(404, 'Not found').reply;
    if (method === 'GET') image.downloads += 1;
    return this.#download(id, image, method === 'GET' ? image.downloads : Number.POSITIVE_INFINITY);
  }

  /** `turn`: the how-manieth download this is. */
  #download(id: string, image: SandboxImage, turn: number): Reply {
    const { html, broken, truncated } = image.faults;
    if (html) return page(200, 'Checking your browser', 'This page is not an image.');
    const body = this.#render(id, image);
    const reply: Reply = { status: 200, type: 'image/png', body };
    if (turn <= broken) return { ...reply, delivery: 'half-then-cut', note: 'download cut' };
    if (turn <= broken + truncated) {
      return { ...reply, body: body.subarray(0, Math.floor(body.length * 0.6)), note: 'image truncated' };
    }
    return reply;
  }

  #render(id: string, image: SandboxImage): Buffer {
    const known = this.#rendered.get(id);
    if (known) return known;
    const bytes = drawPicture(image);
    remember(this.#rendered, id, bytes, MAX_RENDERED);
    return bytes;
  }

  #sign(id: string, exp: string): string {
    return createHmac('sha256', this.#secret).update(`${id}?exp=${exp}`).digest('hex');
  }
}

/** Drops the oldest entry when the map is full. */
function remember<T>(map: Map<string, T>, key: string, value: T, limit: number): void {
  const oldest = map.keys().next();
  if (map.size >= limit && !oldest.done) map.delete(oldest.value);
  map.set(key, value);
}
