// `npm run package`: fails when the published package would hold what does not run, lack what does, or not install and load as people do it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkContents } from './package/contents.mjs';
import { checkInstalls } from './package/install.mjs';
import { checkLicenses } from './package/licenses.mjs';
import { packInto } from './package/pack.mjs';
import { checkTypes } from './package/types.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'ideogram package-'));
try {
  const packed = packInto(folder);
  const problems = [
    ...checkContents(packed, manifest),
    ...checkLicenses(join(root, 'dist')),
    ...(await checkTypes(packed.tarball)),
  ];
  try {
    problems.push(...checkInstalls(packed.tarball, folder, manifest.version));
  } catch ({ message }) {
    problems.push(`it does not install: ${message}`);
  }
  for (const problem of problems) console.error(problem);
  const { files, size, unpackedSize } = packed;
  const figures = `${files.length} files, ${size} bytes packed, ${unpackedSize} unpacked`;
  console.log(`package: ${figures}, ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
