/** Sizes the API accepts (docs: 25 MB an image, 10 MB one to describe, 50 MB a request, 10000 characters a prompt of v2) and how many images it works on at once. */
export const MAX_IMAGE_BYTES = 25 * 1024 * 1024;
/** Of an image that is to be described. */
export const MAX_DESCRIBED_BYTES = 10 * 1024 * 1024;
export const MAX_REQUEST_BYTES = 50 * 1024 * 1024;
export const MAX_IN_FLIGHT = 10;
export const MAX_SEED = 2_147_483_647;
export const MAX_NUM_IMAGES = 8;
/** Characters. */
export const MAX_PROMPT_V2 = 10_000;
