/** The sidecar of --metadata: what made this image, next to it, without key and without the signed link. */
import { readFile } from 'node:fs/promises';
import type { AnsweredImage } from '../api/answered-image.js';
import type { SavedFile } from '../api/collect.js';
import { writeWhole } from '../files/output.js';
import { type Cost, estimateCost, rehearsed } from '../ledger/cost.js';
import type { Asked, Planned } from '../ledger/events.js';
import type { Run } from './run.js';

/** What a call's sidecars say of it, beside what its images say. */
export type SidecarFacts = Pick<Planned, 'command' | 'endpoint' | 'model'> & {
  /** Of the call: its temporary files bear it. */
  readonly id: string;
  readonly asked: Asked;
};

/** The sidecars of a call, as they are written. */
export interface Sidecars {
  /** Writes `<image>.json` beside an image. Never rejects: the image is not touched by it. */
  write(index: number, image: AnsweredImage, saved: SavedFile): Promise<void>;
  /** By the image's place in the answer; what is not here was not written. */
  readonly paths: ReadonlyMap<number, string>;
  /** What went wrong. */
  readonly problems: readonly string[];
}

/**
 * Sidecars that say the same of every image but what is its own.
 * @param facts of the call; `version` is that of the program that asked
 * @param answer as far as they tell of it
 */
export function createSidecars(
  { globals: { force }, redact }: Run,
  { id, command, endpoint, model, asked, version }: SidecarFacts & Pick<Planned, 'version'>,
  answer: { readonly sandbox: boolean; readonly created: string | undefined },
): Sidecars {
  const common = { command, endpoint, model, asked, version, ...answer };
  const paths = new Map<number, string>();
  const problems: string[] = [];
  return {
    paths,
    problems,
    async write(index, image, saved) {
      if (saved.path === undefined) return;
      const path = `${saved.path}.json`;
      try {
        // An answer could repeat the key.
        const text = redact(`${JSON.stringify(sidecar(image, saved, common), null, 2)}\n`);
        // A killed process may have come so far.
        const isThere = (await readFile(path, 'utf8').catch(() => undefined)) === text;
        paths.set(index, isThere ? path : await writeWhole(path, text, force, id));
      } catch (error) {
        problems.push(`${path} could not be written (${(error as NodeJS.ErrnoException).code ?? error})`);
      }
    },
  };
}

interface Common extends Omit<SidecarFacts, 'id'> {
  readonly version: string;
  readonly sandbox: boolean;
  readonly created: string | undefined;
}

function sidecar(image: AnsweredImage, saved: SavedFile, common: Common): object {
  const { asked, command, version, model, sandbox, created = null } = common;
  const { prompt: _, text_prompt: __, ...options } = asked.fields;
  return {
    prompt: image.prompt ?? asked.prompt,
    originalPrompt: asked.prompt,
    seed: image.seed ?? null,
    model,
    resolution: image.resolution ?? null,
    styleType: image.styleType ?? null,
    options,
    files: asked.files.map(({ name, source }) => ({ name, source })),
    cost: costOfOne(common),
    created,
    sha256: saved.sha256,
    command,
    version,
    sandbox,
  };
}

function costOfOne({ endpoint, model, asked, sandbox }: Common): Cost {
  const files = Object.fromEntries(asked.files.map(({ name }) => [name, true]));
  const fields = { ...asked.fields, ...files };
  const cost = estimateCost({ endpoint, model: model ?? undefined, images: 1, fields });
  return sandbox ? rehearsed(cost) : cost;
}
