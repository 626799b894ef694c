/** The images that a checked plan speaks of: which are wanted, and what is made of them before they are sent. */
import { dimensionsOf } from '../files/dimensions.js';
import { type ImageFile, type ImageRequest, type ImageSources, readImages } from '../files/input.js';
import type { MaskRect } from '../files/mask-rect.js';
import { refusePlaceholder } from '../files/placeholder.js';
import { MAX_IMAGE_BYTES } from '../files/upload-limits.js';
import type { MaskType } from './define.js';
import type { Plan, PlannedValue } from './plan.js';

export interface Attachments {
  /** By the fields' names in code. */
  readonly images: Readonly<Record<string, readonly ImageFile[]>>;
  /** The mask in the program's convention (black changes), as PNG bytes; undefined where there is none. */
  readonly mask: Uint8Array | undefined;
  /** What is unusual about the images, but no reason to refuse them. */
  readonly warnings: readonly string[];
}

/** What reading the images of a call needs. */
export type AttachmentSources = ImageSources & {
  /** A sandbox answers, here or on this machine: pictures of the sandbox are welcome. */
  readonly takesPlaceholders: boolean;
};

/**
 * Reads and checks all images of a call, and makes its mask.
 * @param many may standard input name several images for the operand
 * @throws CliError `bad_file`, `bad_input`, `usage`
 */
export async function readAttachments(
  world: AttachmentSources,
  plan: Plan,
  many = false,
): Promise<Attachments> {
  const images = await readImages(world, imageRequestsOf(plan, many));
  if (!world.takesPlaceholders) Object.values(images).flat().forEach(refusePlaceholder);
  const warnings = await warnOfShapes(plan, images);
  const mask = plan.endpoint.fields.find(({ type }) => type.kind === 'mask');
  if (mask === undefined) return { images, mask: undefined, warnings };
  const { makeMask } = await import('../files/mask.js');
  const [image] = images.image as [ImageFile];
  const [file] = images[mask.field.name] ?? [];
  const order = {
    given: file ? { file } : { rects: plan.local.maskRect as MaskRect[] },
    invert: plan.local.invertMask === true,
    changes: (mask.type as MaskType).changes,
  };
  const made = await makeMask(image, order, world.platform);
  return { images: { ...images, [mask.field.name]: [made.file] }, mask: made.kept, warnings };
}

function imageRequestsOf({ spec, values }: Plan, many: boolean): ImageRequest[] {
  return values.flatMap(({ field: { field, type }, value }): ImageRequest[] => {
    const isOperand = field.name === spec.operand.field;
    const common = { name: field.name, maxBytes: MAX_IMAGE_BYTES, many: many && isOperand };
    switch (type.kind) {
      case 'image':
        return [{ ...common, sources: [String(value)], maxBytes: type.maxBytes ?? MAX_IMAGE_BYTES }];
      case 'mask':
        return [{ ...common, sources: [String(value)] }];
      case 'images':
        return [{ ...common, sources: value as string[], masksFor: type.masksFor }];
      default:
        return [];
    }
  });
}

/** docs: reframe speaks of square images; that others are refused is nowhere said. */
async function warnOfShapes(
  { values }: Plan,
  images: Readonly<Record<string, readonly ImageFile[]>>,
): Promise<string[]> {
  const expected = values.filter(({ field: { type } }) => type.kind === 'image' && type.expectsSquare);
  const files = expected.flatMap(({ field }: PlannedValue) => images[field.field.name] ?? []);
  const warnings = await Promise.all(
    files.map(async (file) => {
      const { width, height } = await dimensionsOf(file);
      if (width === height) return [];
      return [`${file.source} is ${width}x${height}; the API's documents speak of square images here.`];
    }),
  );
  return warnings.flat();
}
