/** A page is opened in the person's own browser, by whatever the system has for that. Loaded only to do so. */
import { once } from 'node:events';
import open from 'open';
import type { Clock } from '../context.js';

/** How long a missing or failing opener takes to be noticed, in milliseconds. */
const NOTICE_MS = 1000;

/**
 * Opens it, and does not wait for the browser.
 * @returns false where there is nothing that could open it
 */
export async function openInBrowser(url: string, clock: Clock): Promise<boolean> {
  try {
    const opener = await open(url);
    const failed = once(opener, 'exit').then(([code]) => code !== 0 && code !== null);
    const running = clock.sleep(NOTICE_MS).then(() => false);
    return !(await Promise.race([failed, running]));
  } catch {
    return false;
  }
}
