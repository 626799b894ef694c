/** The library face: the same calls, checks and money rules as the commands, for people who import instead of exec. Nothing is printed. */
import packageJson from '../package.json' with { type: 'json' };
import { isSendableKey } from './auth/key-form.js';
import { removeBackground, replaceBackground } from './endpoints/background.js';
import { edit } from './endpoints/edit.js';
import { generate } from './endpoints/generate.js';
import { layerize } from './endpoints/layerize.js';
import { magicPrompt } from './endpoints/magic-prompt.js';
import { reframe } from './endpoints/reframe.js';
import { remix } from './endpoints/remix.js';
import { removeObject } from './endpoints/remove-object.js';
import { upscale } from './endpoints/upscale.js';
import { CliError } from './errors.js';
import type { Fetch } from './fetch-contract.js';
import { askForImages, askForLayers, askForPrompt } from './library/calls.js';
import { type ClientOptions, readClientOptions } from './library/client-options.js';
import { describeImages } from './library/describe.js';
import type * as options from './library/options.js';
import type * as results from './library/results.js';
import { saveImages } from './library/save.js';
import { adaptFetch, type LibraryWorld } from './library/world.js';
import { systemClock, systemFetch, systemRandom } from './system.js';

export type { AnsweredImage } from './api/answered-image.js';
export type { Palette } from './endpoints/palette.js';
export type { Billed, ErrorCode } from './errors.js';
/** What every failure is thrown as: `code`, `message`, `hint`, `status`, `requestId`, `billed`. */
export { CliError as IdeogramError } from './errors.js';
export type { Fetch, FetchInit, FetchResponse } from './fetch-contract.js';
export type { ClientOptions } from './library/client-options.js';
export type * from './library/options.js';
export type * from './library/progress.js';
export type * from './library/results.js';

/**
 * Each call is sent when all that is local has been checked, and again only where it cannot have been accepted. It
 * rejects with an IdeogramError.
 */
export interface Client {
  /** Makes images from a prompt. */
  generate(options: options.GenerateOptions, call?: options.CallOptions): Promise<results.ImagesResult>;
  /** Repaints a part of an image. */
  edit(options: options.EditOptions, call?: options.CallOptions): Promise<results.ImagesResult>;
  /** Makes new images from an image and a prompt. */
  remix(options: options.RemixOptions, call?: options.CallOptions): Promise<results.ImagesResult>;
  /** Extends an image to another shape. */
  reframe(options: options.ReframeOptions, call?: options.CallOptions): Promise<results.ImagesResult>;
  /** Enlarges an image. */
  upscale(options: options.UpscaleOptions, call?: options.CallOptions): Promise<results.ImagesResult>;
  /** Puts the subject of an image before another background. */
  replaceBackground(
    options: options.ReplaceBackgroundOptions,
    call?: options.CallOptions,
  ): Promise<results.ImagesResult>;
  /** Cuts out the subject of an image. */
  removeBackground(
    options: options.RemoveBackgroundOptions,
    call?: options.CallOptions,
  ): Promise<results.ImagesResult>;
  /** Takes something out of an image. */
  removeObject(
    options: options.RemoveObjectOptions,
    call?: options.CallOptions,
  ): Promise<results.ImagesResult>;
  /** Separates a picture from the text in it. */
  layerize(options: options.LayerizeOptions, call?: options.CallOptions): Promise<results.LayersResult>;
  /**
   * Puts images into words, each in a request of its own. All images are checked before the first is sent. Resolves when
   * at least one is described: look at `failed` for the others.
   */
  describe(options: options.DescribeOptions, call?: options.CallOptions): Promise<results.DescribeResult>;
  /** Makes a structured prompt of a plain one. */
  magicPrompt(
    options: options.MagicPromptOptions,
    call?: options.CallOptions,
  ): Promise<results.MagicPromptResult>;
  /**
   * Downloads every image of a result at once; one that fails leaves the others alone.
   * @throws IdeogramError when nothing can be written there
   */
  save(
    result: Pick<results.ImagesResult, 'images' | 'subject'>,
    options?: options.SaveOptions,
  ): Promise<results.SavedImage[]>;
}

const USER_AGENT = `ideogram-cli/${packageJson.version} (library)`;

/**
 * A client for one key.
 * @throws IdeogramError `bad_input` for a name or a value that no option has, `no_key` for a key that can't be used
 */
export function createClient(options: ClientOptions): Client {
  const world = worldOf(options);
  return {
    generate: (given, call) => askForImages(world, generate, given, call),
    edit: (given, call) => askForImages(world, edit, given, call),
    remix: (given, call) => askForImages(world, remix, given, call),
    reframe: (given, call) => askForImages(world, reframe, given, call),
    upscale: (given, call) => askForImages(world, upscale, given, call),
    replaceBackground: (given, call) => askForImages(world, replaceBackground, given, call),
    removeBackground: (given, call) => askForImages(world, removeBackground, given, call),
    removeObject: (given, call) => askForImages(world, removeObject, given, call),
    layerize: (given, call) => askForLayers(world, layerize, given, call),
    describe: (given, call) => describeImages(world, given, call),
    magicPrompt: (given, call) => askForPrompt(world, magicPrompt, given, call),
    save: (result, given) => saveImages(world, result, given),
  };
}

function worldOf(options: ClientOptions): LibraryWorld {
  const { apiKey, fetch, env = {}, ...checked } = readClientOptions(options);
  if (!isSendableKey(apiKey)) {
    throw new CliError('no_key', 'apiKey is empty or holds characters that no key has.', {
      hint: 'For example: createClient({ apiKey: process.env.IDEOGRAM_API_KEY })',
    });
  }
  return {
    ...checked,
    key: apiKey,
    fetch: fetch ? adaptFetch(fetch as Fetch) : systemFetch(env),
    clock: systemClock,
    random: systemRandom,
    userAgent: USER_AGENT,
  };
}
