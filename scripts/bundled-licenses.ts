/** A rolldown plugin that lists the packages inside the bundle with their licences: their terms ask for it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'rolldown';

interface Manifest {
  name?: string;
  version?: string;
  license?: string;
}

/** Writes `fileName` into the output folder: name, version, licence and its text, a section a package. */
export function bundledLicenses(fileName: string): Plugin {
  return {
    name: 'bundled-licenses',
    generateBundle() {
      const folders = new Set<string>();
      for (const id of this.getModuleIds()) {
        const folder = packageFolder(id.replaceAll('\\', '/'));
        if (folder) folders.add(folder);
      }
      if (folders.size === 0)
        throw new Error('no bundled package was found: the licence list would be empty');
      // One version may lie in several folders.
      const sections = [...new Set([...folders].map(describe))].sort();
      const source = `# Software inside this package\n\n${sections.join('\n')}`;
      this.emitFile({ type: 'asset', fileName, source });
    },
  };
}

/** The folder of the package a module belongs to; undefined for our own modules. */
function packageFolder(id: string): string | undefined {
  if (!id.includes('/node_modules/')) return undefined;
  for (let folder = dirname(id); folder.includes('node_modules'); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    // Some packages put a bare {"type":"module"} into their subfolders.
    if (existsSync(manifest) && readManifest(folder).name) return folder;
  }
  return undefined;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function describe(folder: string): string {
  const { name, version, license } = readManifest(folder);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? `\n${readFileSync(join(folder, file), 'utf8').trim()}\n` : '';
  return `## ${name} ${version} (${license ?? 'see its text'})\n${text}`;
}
