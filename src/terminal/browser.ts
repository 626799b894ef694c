/** A page is opened in the person's own browser, a file in its viewer, by whatever the system has for that. Loaded only to do so. */
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import open from 'open';
import type { Clock } from '../context.js';

/** How long a missing or failing opener takes to be noticed, in milliseconds. */
const NOTICE_MS = 1000;

/**
 * Opens a page, and does not wait for the browser.
 * @param url of ours: nothing that came from elsewhere
 * @returns false where there is nothing that could open it
 */
export function openInBrowser(url: string, clock: Clock): Promise<boolean> {
  return opens(url, clock);
}

/**
 * Opens a file, and does not wait for its viewer.
 * @param path absolute
 * @returns false where there is nothing that could open it
 */
export function openInViewer(path: string, clock: Clock, platform: NodeJS.Platform): Promise<boolean> {
  return opens(viewerTarget(path, platform), clock);
}

/** What PowerShell, by which `open` works on Windows and in WSL, would act on between quotation marks. */
const ACTIVE = /[`$"\u201c-\u201e]/g;

/** The same file, named so that no shell finds anything in it. */
export function viewerTarget(path: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return path.replace(ACTIVE, '`$&');
  // An address, in which such characters are written as numbers, is taken everywhere else; but a path is more sure.
  return path.search(ACTIVE) < 0 ? path : pathToFileURL(path).href.replaceAll('$', '%24');
}

async function opens(target: string, clock: Clock): Promise<boolean> {
  const over = new AbortController();
  try {
    const opener = await open(target);
    const failed = once(opener, 'exit').then(([code]) => code !== 0 && code !== null);
    const running = clock.sleep(NOTICE_MS, over.signal).then(
      () => false,
      () => false,
    );
    return !(await Promise.race([failed, running]));
  } catch {
    return false;
  } finally {
    over.abort();
  }
}
