// Are the types wrong? As TypeScript resolves them in each mode, by the checks of arethetypeswrong.github.io.
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';

/** We publish ES modules alone, and say so in docs/library.md: CommonJS takes import(), or require() of Node 20.19 and later. */
const KNOWN = { kind: 'CJSResolvesToESM', resolutionKind: 'node16-cjs' };

/** What is wrong with them, a line each. */
export async function checkTypes(tarball) {
  const { problems, types } = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
  if (!types) return ['types: there are none'];
  const isKnown = (problem) => Object.entries(KNOWN).every(([name, value]) => problem[name] === value);
  return problems
    .filter((problem) => !isKnown(problem))
    .map(
      ({ kind, entrypoint = '.', resolutionKind = 'any' }) =>
        `types: ${kind} (${entrypoint}, ${resolutionKind})`,
    );
}
