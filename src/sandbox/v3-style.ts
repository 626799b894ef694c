/** What V3 endpoints have in common: size, style and character, and which of their fields exclude each other (docs: v3). */
import { checkPalette } from './color-palette.js';
import { RESOLUTIONS_V3, STYLE_PRESETS, STYLE_TYPES_V3 } from './enums.js';
import type { Fields } from './fields.js';
import { ASPECT_RATIOS_V3, type Size, sizeOf } from './picture-size.js';
import { failure } from './replies.js';
import { checkSameSize } from './source-image.js';

/** The size of a resolution or an aspect ratio, never both; undefined for neither. */
export function readSizeV3(fields: Fields): Size | undefined {
  const resolution = fields.choice('resolution', RESOLUTIONS_V3);
  const aspectRatio = fields.choice('aspect_ratio', ASPECT_RATIOS_V3);
  if (resolution !== undefined && aspectRatio !== undefined) {
    throw failure(400, 'resolution and aspect_ratio cannot be used together.');
  }
  return resolution === undefined && aspectRatio === undefined ? undefined : sizeOf(resolution, aspectRatio);
}

/** Checks all that makes a style; the style type the answer names. */
export function readStyle(fields: Fields): string {
  const styleType = fields.choice('style_type', STYLE_TYPES_V3);
  const { codes } = checkLook(fields);
  if (codes && styleType !== undefined) {
    throw failure(400, 'style_codes and style_type cannot be used together.');
  }
  return styleType ?? 'GENERAL';
}

/** Checks the style of an endpoint that takes no style type; whether there are codes. */
export function checkLook(fields: Fields): { codes: boolean } {
  const codes = fields.texts('style_codes', /^[0-9a-fA-F]{8}$/);
  const references = fields.images('style_reference_images');
  const palette = fields.structure('color_palette');
  fields.choice('style_preset', STYLE_PRESETS);
  if (palette !== undefined) checkPalette(palette);
  if (codes.length > 0 && references.length > 0) {
    throw failure(400, 'style_codes and style_reference_images cannot be used together.');
  }
  return { codes: codes.length > 0 };
}

/** Checks the character's picture and its mask. */
export async function checkCharacter(fields: Fields): Promise<void> {
  const [name, maskName] = ['character_reference_images', 'character_reference_images_mask'];
  const references = fields.images(name);
  const masks = fields.images(maskName);
  if (references.length > 1) throw failure(400, `${name}: exactly one image is supported.`);
  if (masks.length > 0 && masks.length !== references.length) {
    throw failure(400, `${maskName}: send as many masks as there are ${name}.`);
  }
  const [reference, mask] = [references[0], masks[0]];
  if (reference && mask) await checkSameSize([name, reference], [maskName, mask]);
}
