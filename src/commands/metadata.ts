/** The sidecar of --metadata: what made this image, next to it, without key and without the signed link. */
import type { Collected } from '../api/collect.js';
import type { PreparedRequest } from '../endpoints/request.js';
import { writeWhole } from '../files/output.js';
import type { Cost } from '../ledger/cost.js';

export interface Provenance {
  readonly command: string;
  readonly version: string;
  readonly model: string | undefined;
  readonly request: PreparedRequest;
  /** As it was sent; undefined where there is none. */
  readonly prompt: unknown;
  readonly created: string | undefined;
  /** Of one image. */
  readonly cost: Cost;
  readonly sandbox: boolean;
}

/**
 * Writes `<image>.json` beside each saved image.
 * @returns the path of each image's sidecar, null where there is none, and what went wrong; the images are not touched by it
 */
export async function writeSidecars(
  collected: readonly Collected[],
  provenance: Provenance,
  { force, redact }: { readonly force: boolean; readonly redact: (text: string) => string },
): Promise<{ sidecars: (string | null)[]; problems: string[] }> {
  const problems: string[] = [];
  const sidecars = await Promise.all(
    collected.map(async (item) => {
      const path = item.saved?.path;
      if (path === undefined) return null;
      try {
        // An answer could repeat the key.
        const text = redact(`${JSON.stringify(sidecar(item, provenance), null, 2)}\n`);
        return await writeWhole(`${path}.json`, text, force);
      } catch (error) {
        problems.push(
          `${path}.json could not be written (${(error as NodeJS.ErrnoException).code ?? error})`,
        );
        return null;
      }
    }),
  );
  return { sidecars, problems };
}

function sidecar({ image, saved }: Collected, { request, prompt = null, ...provenance }: Provenance): object {
  const { prompt: _, text_prompt: __, ...options } = request.fields;
  return {
    prompt: image.prompt ?? prompt,
    originalPrompt: prompt,
    seed: image.seed ?? null,
    model: provenance.model ?? null,
    resolution: image.resolution ?? null,
    styleType: image.styleType ?? null,
    options,
    files: request.files.map(({ name, file }) => ({ name, source: file.source })),
    cost: provenance.cost,
    created: provenance.created ?? null,
    sha256: saved?.sha256 ?? null,
    command: provenance.command,
    version: provenance.version,
    sandbox: provenance.sandbox,
  };
}
