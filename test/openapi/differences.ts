/** Where the program differs from the API's own description on purpose, and why (sections are those of API.md, the notes on the API). */

/** By path, and by name in the request. */
type ByPath = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Fields that the program does not offer. */
export const LEFT_OUT: ByPath = {
  '/v1/edit': { image_urls: 'links are fetched and sent as files: the API takes only its own links (5)' },
};

/** Limits and forms that the description does not have. */
export const STRICTER: ByPath = {
  '/v1/ideogram-v3/generate': { custom_model_uri: 'model/<name>/version/<n>, not any text (3.1)' },
  '/v1/ideogram-v4/generate': { seed: 'a seed has the same limits everywhere (1)' },
  '/v1/ideogram-v4/generate-transparent': { seed: 'a seed has the same limits everywhere (1)' },
};

/** Defaults that API.md names (section 2, for each family of models) and the description does not. */
export const ELSEWHERE: ByPath = {
  '/v1/ideogram-v3/generate': { aspect_ratio: '1x1' },
  '/v1/ideogram-v3/generate-transparent': { aspect_ratio: '1x1' },
  '/v1/ideogram-v3/remix': { aspect_ratio: '1x1' },
  '/generate': { aspect_ratio: 'ASPECT_1_1' },
  '/remix': { aspect_ratio: 'ASPECT_1_1' },
};

/** Fields that the program wants and the description does not. */
export const REQUIRED_BY_US: ByPath = {
  '/v1/edit': { images: 'one of images and image_urls is needed (5)' },
};

/** Fewer models than the description names, which has one list for all endpoints. */
export const NARROWER: Readonly<
  Record<string, { readonly models: readonly string[]; readonly why: string }>
> = {
  '/edit': { models: ['V_2', 'V_2_TURBO'], why: 'only these edit (2)' },
  '/reframe': {
    models: ['V_2', 'V_2_TURBO', 'V_2A', 'V_2A_TURBO'],
    why: 'a resolution must be given, and resolutions are for the models of version 2 (3.7)',
  },
};

/** POST paths that no command reaches. */
export const NOT_REACHED: Readonly<Record<string, string>> = {
  '/v1/ideogram-v4/async/generate': 'answers later, to a webhook, which a command line has not (5)',
  '/datasets': 'training, not images',
  '/datasets/{dataset_id}/upload_assets': 'training, not images',
  '/v1/ideogram-v3/train-model': 'training, not images',
};

/** Paths that come with the second version of the API, later. */
export const LATER = /^\/v2\//;
