/** All commands that reach an endpoint of the API: one line each. */
import type { CommandSpec } from './define.js';
import { generate } from './generate.js';

export const COMMANDS: readonly CommandSpec[] = [generate];
