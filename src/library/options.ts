/** What can be asked of each call of the library: the options of the commands, by the same names, with their limits. */
import type { Palette } from '../endpoints/palette.js';
import type { Progress } from './progress.js';

/** JPEG, PNG or WebP of at most 25 MB: the path of a file, or an https URL. */
export type ImageInput = string;

/** A structured prompt, as `describe` (V_4) and `magicPrompt` answer it; checked before it is sent. */
export type JsonPrompt = Readonly<Record<string, unknown>>;

/** A part of the image, from the top left: numbers are pixels; text takes per cent too, as '50%,0,50%,12.5%'. */
export type MaskRect = string | readonly [x: number, y: number, width: number, height: number];

/** Goes with every call. */
export interface CallOptions {
  /** Stops it at once. What was in flight may be billed: the error says so (`billed`). */
  readonly signal?: AbortSignal;
  /** Told what happens on the way. What it throws is passed over: an image may be paid already. */
  readonly onProgress?: (event: Progress) => void;
}

interface Several {
  /** How many images to make, 1 to 8; default 1. */
  readonly numImages?: number;
  /** 0 to 2147483647. Same seed, prompt and options: the same picture again, and equal images where several are made. */
  readonly seed?: number;
}

interface Size {
  /** 16:9, 16x9 or ASPECT_16_9; not together with `resolution`. */
  readonly aspectRatio?: string;
  /** Pixels, as 1280x768: one of the sizes that the model has. */
  readonly resolution?: string;
}

interface Speed {
  /** FLASH (not V_4), TURBO, DEFAULT, QUALITY: faster and cheaper, or better. */
  readonly renderingSpeed?: string;
}

interface MagicPrompt {
  /** AUTO, ON, OFF: let the API write a richer prompt from yours. */
  readonly magicPrompt?: string;
}

interface Style {
  /** A ready-made look, as OIL_PAINTING. */
  readonly stylePreset?: string;
  /** Each 8 hexadecimal digits; not together with `styleType` or `styleReference`. */
  readonly styleCode?: readonly string[];
  /** A preset (EMBER ...), colours as "#FF6600:0.7,#003366", or 1 to 8 members with weights from 0.05 to 1. */
  readonly colorPalette?: string | Palette;
}

interface StyleType {
  /** AUTO, GENERAL, REALISTIC, DESIGN, FICTION; models before V_3 also RENDER_3D and ANIME. */
  readonly styleType?: string;
}

interface StyleReference {
  /** Make it look like these. All images of a call together: at most 50 MB. */
  readonly styleReference?: readonly ImageInput[];
}

interface References extends StyleReference {
  /** Show the person or figure of this image: exactly one (costs more). */
  readonly characterReference?: readonly ImageInput[];
  /** Grey-scale mask of the character reference, of its size. */
  readonly characterMask?: readonly ImageInput[];
}

interface Copyright {
  /** Slower check; flagged images are withheld. */
  readonly enableCopyrightDetection?: boolean;
}

interface OneImage {
  /** What is worked on. */
  readonly image: ImageInput;
}

/** Exactly one of `mask` and `maskRect`. */
interface Mask {
  /** An image of the same size: black is what changes, white stays, in every call. */
  readonly mask?: ImageInput;
  /** What changes, without a mask image. */
  readonly maskRect?: readonly MaskRect[];
  /** The mask is of the other kind: white is what changes. */
  readonly invertMask?: boolean;
}

/** V_3 takes the most; which model takes what: docs/commands.md. What one does not take is refused before it is sent. */
export interface GenerateOptions
  extends Several,
    Size,
    Speed,
    MagicPrompt,
    Style,
    StyleType,
    References,
    Copyright {
  /** What the picture shows, literally: `@` and `-` mean nothing here. */
  readonly prompt?: string;
  /** In place of `prompt`; V_4. */
  readonly jsonPrompt?: JsonPrompt;
  /** V_3 (default), V_4, V_2_TURBO ... */
  readonly model?: string;
  /** Without a background, for stickers and logos; V_3 and V_4. */
  readonly transparent?: boolean;
  /** X1, X2, X4: enlarge the picture; with `transparent`, V_3. Above X1 it costs more. */
  readonly upscaleFactor?: string;
  /** 1K, 2K, 4K, 8K; with `transparent`, V_4. */
  readonly outputResolution?: string;
  /** What the picture must not show. */
  readonly negativePrompt?: string;
  /** A model you have trained: model/<name>/version/<number>. */
  readonly customModelUri?: string;
}

/** Repaints a part of an image, or with `whole` anything in it. */
export interface EditOptions
  extends OneImage,
    Mask,
    Several,
    Size,
    Speed,
    MagicPrompt,
    Style,
    StyleType,
    References {
  /** What the picture shows there. */
  readonly prompt: string;
  /** V_3 (default), V_2, V_2_TURBO; none with `whole`. */
  readonly model?: string;
  /** No mask: the prompt alone says what changes (another endpoint, with a price of its own). */
  readonly whole?: boolean;
  /** Up to 9 further images that the prompt speaks of; with `whole`. */
  readonly reference?: readonly ImageInput[];
  /** Leave the background out; with `whole`. */
  readonly transparentBackground?: boolean;
}

/** Makes new images from an image and a prompt. */
export interface RemixOptions
  extends OneImage,
    Several,
    Size,
    Speed,
    MagicPrompt,
    Style,
    StyleType,
    References,
    Copyright {
  readonly prompt: string;
  /** V_3 (default), V_4, V_2 ... */
  readonly model?: string;
  /** 1 to 100: how much of the image is kept; default 50, V_4 decides by itself. */
  readonly imageWeight?: number;
  /** What the picture must not show. */
  readonly negativePrompt?: string;
}

/** Extends an image, best a square one, to another shape. One of `resolution` and `aspectRatio` must be given. */
export interface ReframeOptions extends OneImage, Several, Speed, Style, StyleType, StyleReference {
  /** V_3 (default), V_2, V_2_TURBO, V_2A, V_2A_TURBO. */
  readonly model?: string;
  /** Pixels, as 1536x512: one of the sizes that the model has. */
  readonly resolution?: string;
  /** Any shape, as 16:9 or 2.35:1: the nearest of the sizes is taken, and named in the result's `notes`. */
  readonly aspectRatio?: string;
}

/** Enlarges an image. */
export interface UpscaleOptions extends OneImage, Several, MagicPrompt {
  /** What the picture shows. */
  readonly prompt?: string;
  /** 1 to 100: how close to the image it stays; default 50. */
  readonly resemblance?: number;
  /** 1 to 100: how much detail is added; default 50. */
  readonly detail?: number;
}

/** Puts the subject of an image before another background. */
export interface ReplaceBackgroundOptions
  extends OneImage,
    Several,
    Speed,
    MagicPrompt,
    Style,
    StyleReference {
  /** What the picture shows. */
  readonly prompt: string;
}

/** Cuts out the subject of an image. */
export interface RemoveBackgroundOptions extends OneImage {}

/** Takes something out of an image: what is black in the mask. */
export interface RemoveObjectOptions extends OneImage, Mask {
  /** 0 to 2147483647. */
  readonly seed?: number;
}

/** Separates a picture from the text in it. */
export interface LayerizeOptions extends OneImage {
  /** What the picture shows. */
  readonly prompt?: string;
  /** 0 to 2147483647. */
  readonly seed?: number;
}

/** Puts images into words: each image is a request of its own, and at most 10 MB. */
export interface DescribeOptions {
  /** One or many. */
  readonly image: ImageInput | readonly ImageInput[];
  /** V_3 (default), V_2: text. V_4: a structured prompt. */
  readonly model?: string;
  /** Where each thing is, as boxes; V_4, default true. */
  readonly includeBbox?: boolean;
  /** Also the style: lighting, medium, colours; V_4. */
  readonly includeStyleDescriptions?: boolean;
  /** Also tags; V_4. */
  readonly includeTags?: boolean;
}

/** Makes a structured prompt of a plain one, for `generate` with V_4. */
export interface MagicPromptOptions {
  readonly prompt: string;
  /** 16:9, 16x9 ...; default: one that suits the prompt. */
  readonly aspectRatio?: string;
}

/** Where the images of a result go. */
export interface SaveOptions extends CallOptions {
  /** File, folder (exists, or ends with /); default: the current folder. */
  readonly output?: string;
  /** Replace files that exist. */
  readonly force?: boolean;
}
