/** The library face: the same calls, checks and money rules as the command, for people who import instead of exec. Nothing is printed. */
import { resolve } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { readBaseUrl } from './api/base-url.js';
import { createApiClient } from './api/client.js';
import { collectImages } from './api/collect.js';
import type { AnsweredImage } from './api/image-answer.js';
import { callForImages } from './api/image-call.js';
import { isSendableKey } from './auth/key-form.js';
import type { Interrupts } from './context.js';
import { DEFAULT_TIMEOUT_MS } from './deadline.js';
import { generate as generateSpec } from './endpoints/generate.js';
import { imagePathsOf, makePlan } from './endpoints/plan.js';
import { prepareRequest } from './endpoints/request.js';
import type { Palette } from './endpoints/values.js';
import { CliError } from './errors.js';
import type { Fetch } from './fetch-contract.js';
import { readImages } from './files/input.js';
import { chooseTarget, prepareTarget } from './files/target.js';
import { systemClock, systemFetch, systemRandom } from './system.js';

export type { AnsweredImage } from './api/image-answer.js';
export type { Palette } from './endpoints/values.js';
export type { Billed, ErrorCode } from './errors.js';
/** What every failure is thrown as: `code`, `message`, `hint`, `status`, `requestId`, `billed`. */
export { CliError as IdeogramError } from './errors.js';
export type { Fetch, FetchInit, FetchResponse } from './fetch-contract.js';

export interface ClientOptions {
  /** Sent as the header `Api-Key`, to the base URL only. */
  readonly apiKey: string;
  /** Default https://api.ideogram.ai; http only for this machine. */
  readonly baseUrl?: string;
  /** Instead of the built-in transport; must not follow redirects when told `redirect: 'manual'`. */
  readonly fetch?: Fetch | typeof globalThis.fetch;
  /** Where HTTPS_PROXY and its kin are read from, for the built-in transport; usually `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for headers and body of one exchange; default 300,000. */
  readonly timeoutMs?: number;
}

/** The options of `ideogram generate`, spelled as forgivingly; images are paths. */
export interface GenerateOptions {
  readonly prompt: string;
  /** V_3 (default), V_2_TURBO ... */
  readonly model?: string;
  /** 1 to 8. */
  readonly numImages?: number;
  readonly aspectRatio?: string;
  readonly resolution?: string;
  readonly renderingSpeed?: string;
  /** 0 to 2147483647. */
  readonly seed?: number;
  readonly magicPrompt?: string;
  readonly negativePrompt?: string;
  readonly styleType?: string;
  readonly stylePreset?: string;
  readonly styleCode?: readonly string[];
  readonly colorPalette?: string | Palette;
  readonly styleReference?: readonly string[];
  readonly characterReference?: readonly string[];
  readonly characterMask?: readonly string[];
  readonly customModelUri?: string;
  readonly enableCopyrightDetection?: boolean;
}

export interface GenerateResult {
  /** The prompt as it was sent. */
  readonly prompt: string;
  readonly model: string;
  readonly created: string | undefined;
  /** A withheld image has no `url` and is billed all the same. Links expire: save at once. */
  readonly images: readonly AnsweredImage[];
}

export interface SaveOptions {
  /** File, folder (exists, or ends with /); default: the current folder. */
  readonly output?: string;
  /** Replace files that exist. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

export interface SavedImage {
  readonly image: AnsweredImage;
  /** Absolute; undefined where it was not saved. */
  readonly path: string | undefined;
  /** Why not; undefined where it was saved, or withheld by the safety check. */
  readonly problem: string | undefined;
}

export interface Client {
  /**
   * Makes images. Sent again only where it cannot have been accepted.
   * @throws IdeogramError
   */
  generate(options: GenerateOptions, call?: { readonly signal?: AbortSignal }): Promise<GenerateResult>;
  /**
   * Downloads every image of a result at once; one that fails leaves the others alone.
   * @throws IdeogramError when nothing can be written there
   */
  save(result: GenerateResult, options?: SaveOptions): Promise<SavedImage[]>;
}

const USER_AGENT = `ideogram-cli/${packageJson.version} (library)`;

/**
 * A client for one key.
 * @throws IdeogramError `bad_input` for a base URL, `no_key` for a key that can't be used
 */
export function createClient(options: ClientOptions): Client {
  const { apiKey, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const baseUrl = readBaseUrl(options.baseUrl);
  if (!isSendableKey(apiKey)) {
    throw new CliError('no_key', 'apiKey is empty or holds characters that no key has.');
  }
  const fetch = options.fetch ? adaptFetch(options.fetch as Fetch) : systemFetch(options.env ?? {});
  const basis = { fetch, clock: systemClock, random: systemRandom, timeoutMs, userAgent: USER_AGENT };
  return {
    async generate(given, call = {}) {
      const { model, ...fields } = given ?? {};
      const plan = makePlan(generateSpec, model, fields);
      const request = prepareRequest(plan, await readImages('.', imagePathsOf(plan)));
      const api = createApiClient({ ...basis, key: apiKey, interrupts: interruptsOf(call.signal) });
      const { created, images } = await callForImages(api, baseUrl, request);
      return { prompt: fields.prompt, model: plan.model, created, images };
    },
    async save({ prompt, images }, { output, force = false, signal } = {}) {
      const target = await chooseTarget({
        cwd: resolve('.'),
        output,
        force,
        prompt,
        metadata: false,
        images: images.length,
        stdoutIsTerminal: true,
      });
      await prepareTarget(target, images.length);
      const nothing = async (): Promise<void> => {};
      const silent = { debug: nothing, notice: nothing, bytes: async () => false };
      const collector = { ...basis, ...silent, interrupts: interruptsOf(signal) };
      const collected = await collectImages(collector, images, { target, baseUrl });
      return collected.map(({ image, saved, problem }) => ({ image, path: saved?.path, problem }));
    },
  };
}

/** A library has one way to be stopped: at once. */
function interruptsOf(signal: AbortSignal | undefined): Interrupts {
  const never = new AbortController().signal;
  return { stop: signal ?? never, abort: signal ?? never, raise: () => {} };
}

/** A fetch that cannot tell when it has sent something is taken to have sent it at once. */
function adaptFetch(foreign: Fetch): Fetch {
  return (url, { onSent, ...init } = {}) => {
    onSent?.();
    return foreign(url, init);
  };
}
