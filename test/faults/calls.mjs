/** How a card is bought: the words of the command line, and the files it needs. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nameOf, promptOf } from './card.mjs';
import { largeUpload, someUpload } from './place.mjs';
import { scenarioCalled } from './scenarios.mjs';

const upload = someUpload();
let large;

/**
 * @param {import('./place.mjs').Place} place
 * @param {import('./card.mjs').Card} card
 * @param {readonly string[]} more words that the scenario does not ask for: where images go, in which form the result comes
 * @returns {Promise<string[]>}
 */
export async function argvFor({ folder }, card, more = []) {
  const scenario = scenarioCalled(card.scenario);
  const file = join(folder, `${nameOf(card)}.png`);
  if (scenario.command === 'describe') {
    await writeFile(file, upload);
    return ['describe', file, ...scenario.argv, ...more];
  }
  const count = scenario.n > 1 ? ['-n', String(scenario.n)] : [];
  return [
    'generate',
    promptOf(card),
    ...count,
    ...scenario.argv,
    ...(await uploadFor(scenario, file)),
    ...more,
  ];
}

async function uploadFor(scenario, file) {
  if (!scenario.upload) return [];
  large ??= largeUpload();
  await writeFile(file, large);
  return ['--style-reference', file];
}
