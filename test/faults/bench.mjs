/** What all parts of the bench share: the server, the stage, the counts, and the list of broken promises. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noImages } from './invariants.mjs';
import { createStage } from './program.mjs';
import { startServer } from './server-process.mjs';

/** More than there are processors: a program mostly waits for the disk or the server. */
const PROGRAMS_AT_ONCE = 5;
/** Scenarios wait even more. */
const SCENARIOS_AT_ONCE = 6;

/** @typedef {Awaited<ReturnType<typeof openBench>>} Bench */

/** @param {{seed: string, keep: boolean}} options `keep`: the folders stay, to be looked at */
export async function openBench({ seed, keep }) {
  const root = await mkdtemp(join(tmpdir(), 'ideogram-faults-'));
  const server = await startServer();
  const stage = createStage(PROGRAMS_AT_ONCE);
  const sideStage = createStage(SCENARIOS_AT_ONCE);
  /** @type {{where: string, kind: string, text: string}[]} */
  const problems = [];
  const tally = {
    runs: 0,
    resumes: 0,
    killedResumes: 0,
    kills: { all: 0, time: 0, operation: 0, refused: 0, survived: 0, signals: {} },
    phases: {},
    images: noImages(),
  };
  return {
    root,
    seed,
    server,
    stage,
    sideStage,
    tally,
    problems,
    /** @param {string} where what `--only` repeats */
    report(where, found) {
      for (const { kind, text } of found) problems.push({ where, kind, text });
    },
    async close() {
      stage.clear();
      sideStage.clear();
      server.stop();
      if (!keep) await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
