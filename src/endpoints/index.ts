/** All commands that reach an endpoint of the API: one line each, in the order in which help lists them. */
import { removeBackground, replaceBackground } from './background.js';
import type { CommandSpec } from './define.js';
import { describe } from './describe.js';
import { edit } from './edit.js';
import { generate } from './generate.js';
import { layerize } from './layerize.js';
import { magicPrompt } from './magic-prompt.js';
import { reframe } from './reframe.js';
import { remix } from './remix.js';
import { removeObject } from './remove-object.js';
import { upscale } from './upscale.js';

export const COMMANDS: readonly CommandSpec[] = [
  generate,
  edit,
  remix,
  reframe,
  upscale,
  describe,
  replaceBackground,
  removeBackground,
  removeObject,
  layerize,
  magicPrompt,
];
