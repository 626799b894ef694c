/** Images that are handed in: what is worked on, its mask, and what it shall look like. */
import type { Choosable, Field } from '../define.js';

/** One for all commands, whatever their endpoints want. */
export const MASK_CONVENTION =
  'In a mask, black is what changes and white stays, in every command. A mask has the size of its image.';

/** What is worked on, as help names it. */
export const IMAGE_OPERAND = {
  name: 'image',
  field: 'image',
  help: 'JPEG, PNG or WebP: a file, - (standard input) or an https URL',
} as const;

export const image: Field = {
  name: 'image',
  flags: '--image <image>',
  wire: 'image',
  group: 'Picture',
  help: 'a file, - for standard input, or an https URL',
  type: { kind: 'image' },
};

/** docs: /v1/edit takes up to ten images; the first is what is edited. */
export const reference: Field = {
  name: 'reference',
  flags: '--reference <image>',
  wire: 'images',
  group: 'Reference images',
  help: 'a further image that the prompt speaks of; may be repeated',
  type: { kind: 'images', maxCount: 9 },
};

export const mask: Field = {
  name: 'mask',
  flags: '--mask <image>',
  wire: 'mask',
  group: 'Mask',
  help: 'image of the same size: black is what changes, white stays',
  type: { kind: 'mask', changes: 'black' },
  conflicts: ['maskRect'],
};

export const maskRect: Choosable = {
  name: 'maskRect',
  flags: '--mask-rect <x,y,w,h>',
  group: 'Mask',
  help: 'what changes, without a mask image: in pixels or per cent from the top left; may be repeated',
  type: { kind: 'mask-rects' },
  conflicts: ['mask', 'invertMask'],
};

export const invertMask: Choosable = {
  name: 'invertMask',
  flags: '--invert-mask',
  group: 'Mask',
  help: 'the mask is of the other kind: white is what changes',
  type: { kind: 'switch' },
  conflicts: ['maskRect'],
};

export const saveMask: Choosable = {
  name: 'saveMask',
  flags: '--save-mask <file>',
  group: 'Mask',
  help: 'also keep the mask as a PNG; with --dry-run to look at it first',
  type: { kind: 'file' },
};

export const styleReference: Field = {
  name: 'styleReference',
  flags: '--style-reference <image>',
  wire: 'style_reference_images',
  group: 'Reference images',
  help: 'make it look like this image; may be repeated',
  type: { kind: 'images' },
  conflicts: ['styleCode'],
};

export const characterReference: Field = {
  name: 'characterReference',
  flags: '--character-reference <image>',
  wire: 'character_reference_images',
  group: 'Reference images',
  help: 'show the person or figure of this image (costs more)',
  // docs: the list exists, but exactly one is supported now.
  type: { kind: 'images', maxCount: 1 },
};

export const characterMask: Field = {
  name: 'characterMask',
  flags: '--character-mask <image>',
  wire: 'character_reference_images_mask',
  group: 'Reference images',
  help: 'grey-scale mask of the character reference, of the same size',
  type: { kind: 'images', maxCount: 1, masksFor: 'characterReference' },
};
