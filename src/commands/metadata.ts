/** The sidecar of --metadata: what made this image, next to it, without key and without the signed link. */
import { readFile } from 'node:fs/promises';
import type { AnsweredImage } from '../api/answered-image.js';
import type { SavedFile } from '../api/collect.js';
import { writeWhole } from '../files/output.js';
import type { Cost } from '../ledger/cost.js';

/** What is said of every image of a call. */
export interface Provenance {
  readonly command: string;
  readonly version: string;
  readonly model: string | undefined;
  /** The request's fields by their names on the wire. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly files: readonly { readonly name: string; readonly source: string }[];
  /** As it was sent; undefined where there is none. */
  readonly prompt: unknown;
  readonly created: string | undefined;
  /** Of one image. */
  readonly cost: Cost;
  readonly sandbox: boolean;
}

/** The sidecars of a call, as they are written. */
export interface Sidecars {
  /** Writes `<image>.json` beside an image. Never rejects: the image is not touched by it. */
  write(index: number, image: AnsweredImage, saved: SavedFile): Promise<void>;
  /** By the image's place in the answer; what is not here was not written. */
  readonly paths: ReadonlyMap<number, string>;
  /** What went wrong. */
  readonly problems: readonly string[];
}

export interface SidecarOptions {
  readonly force: boolean;
  /** The call they belong to. */
  readonly owner: string;
  readonly redact: (text: string) => string;
}

/** Sidecars that say the same of every image but what is its own. */
export function createSidecars(provenance: Provenance, { force, owner, redact }: SidecarOptions): Sidecars {
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
        const text = redact(`${JSON.stringify(sidecar(image, saved, provenance), null, 2)}\n`);
        // A killed process may have come so far.
        const isThere = (await readFile(path, 'utf8').catch(() => undefined)) === text;
        paths.set(index, isThere ? path : await writeWhole(path, text, force, owner));
      } catch (error) {
        problems.push(`${path} could not be written (${(error as NodeJS.ErrnoException).code ?? error})`);
      }
    },
  };
}

function sidecar(
  image: AnsweredImage,
  saved: SavedFile,
  { prompt = null, ...provenance }: Provenance,
): object {
  const { prompt: _, text_prompt: __, ...options } = provenance.fields;
  return {
    prompt: image.prompt ?? prompt,
    originalPrompt: prompt,
    seed: image.seed ?? null,
    model: provenance.model ?? null,
    resolution: image.resolution ?? null,
    styleType: image.styleType ?? null,
    options,
    files: provenance.files.map(({ name, source }) => ({ name, source })),
    cost: provenance.cost,
    created: provenance.created ?? null,
    sha256: saved.sha256,
    command: provenance.command,
    version: provenance.version,
    sandbox: provenance.sandbox,
  };
}
