/** What must hold whatever went wrong: nothing paid twice, nothing paid lost, nothing half or left over. Pure. */
import { keyOf } from './card.mjs';
import { judgeFiles } from './files-left.mjs';
import { sha256 } from './pictures.mjs';
import { exitOfResume } from './resume-report.mjs';
import { scenarioCalled } from './scenarios.mjs';

/**
 * A broken promise.
 * @typedef {object} Problem
 * @property {'double' | 'lost' | 'unnamed' | 'misnamed' | 'twice' | 'bytes' | 'name' | 'temp' | 'ticket' | 'exit' | 'hung' |
 *   'resume' | 'flight' | 'order' | 'memory' | 'slow' | 'saved'} kind
 * @property {string} text
 */

/**
 * One process that bought something.
 * @typedef {object} Bought
 * @property {import('./card.mjs').Card} card
 * @property {string[]} argv
 * @property {import('./program.mjs').Kill | undefined} kill
 * @property {import('./program.mjs').Ended} ended
 * @property {{name: string, sha256: string}} [taken] a file of the user that was there before
 */

/**
 * @typedef {object} World
 * @property {Bought[]} bought
 * @property {import('./records.mjs').CardRecord[]} cards
 * @property {number} mostInFlight
 * @property {{ended: import('./program.mjs').Ended, kill: import('./program.mjs').Kill | undefined,
 *   calls: import('./resume-report.mjs').NamedCall[] | undefined}[]} resumes in the order of their end; the last one found nothing to do
 * @property {import('./place.mjs').FoundFile[]} files
 * @property {string[]} parts
 * @property {string} kept the answers that the journal holds
 * @property {string[]} tickets
 */

/** What became of the images that were paid for. */
export const noImages = () => ({
  paid: 0,
  saved: 0,
  withheld: 0,
  expired: 0,
  unanswered: 0,
  empty: 0,
  lost: 0,
});

const STATUS_OF = { SIGINT: 130, SIGTERM: 143 };

/** docs: the account's limit. */
const MOST_IN_FLIGHT = 10;

/**
 * @param {World} world
 * @returns {{problems: Problem[], images: ReturnType<typeof noImages>}}
 */
export function judge(world) {
  const images = noImages();
  const problems = world.bought.flatMap((bought) => {
    const found = [...judgeEnd(bought), ...judgeCard(bought, world, images)];
    return found.map(({ kind, text }) => ({ kind, text: `${describeRun(bought)}: ${text}` }));
  });
  return {
    problems: [...problems, ...judgeFiles(world), ...judgeResumes(world), ...judgeFlight(world)],
    images,
  };
}

/** How it was run, as far as one needs to know to understand what it did. */
export function describeRun({ card, argv, kill, ended }) {
  const died = ended.log.find((line) => line.died);
  const refused = ended.log.find((line) => line.refused);
  const how = died
    ? `killed ${died.died} operation ${died.at} (${died.name})`
    : refused
      ? `refused operation ${refused.at} (${refused.name} ${refused.path})`
      : ended.sent.length > 0
        ? `${ended.sent.join(' ')} after ${kill?.ms} ms${kill?.when ? ' of an event' : ''}`
        : 'not killed';
  return `run ${keyOf(card)} [${argv.join(' ')}] ${how}`;
}

/** Was it ended before its time, by a signal it could not refuse? */
export const wasKilled = ({ ended }) => ended.signal === 'SIGKILL' && !ended.hung;

function judgeEnd({ card, ended }) {
  if (ended.hung) return [problem('hung', 'did not end')];
  const { exit, signals: isScripted } = scenarioCalled(card.scenario);
  const { status, signal, sent } = ended;
  const died = ended.log.some((line) => line.died);
  if (signal === 'SIGKILL' && (died || sent.includes('SIGKILL'))) return [];
  // It may have had all before the signal came, or die of it before it could listen.
  const asked = sent.flatMap((name) => [name, STATUS_OF[name]]);
  // Where the disk failed: before anything was sent, or after it was paid.
  const failed = ended.log.some((line) => line.refused) ? [2, 8] : [];
  const allowed = isScripted ? [exit] : [exit, ...asked, ...failed];
  if (allowed.includes(signal ?? status)) return [];
  return [
    problem(
      'exit',
      `ended with ${signal ?? status} instead of ${allowed.join(' or ')}: ${lastLine(ended.stderr)}`,
    ),
  ];
}

function judgeCard({ card, argv, ended }, { cards, files, resumes, kept }, tally) {
  const record = cards.find((each) => keyOf(each.card) === keyOf(card));
  if (record === undefined) return [];
  const problems = [];
  if (record.begun - record.refused > 1 || record.accepted > 1) {
    problems.push(problem('double', `sent ${record.begun} times, ${record.accepted} times accepted`));
  }
  const calls = resumes
    .flatMap(({ calls }) => calls ?? [])
    .filter((call) => call.card && keyOf(call.card) === keyOf(card));
  const isNamed = (status) => calls.some((call) => call.status === status);
  if (scenarioCalled(card.scenario).command === 'describe') {
    return [...problems, ...judgeWords(record, ended, calls, isNamed('unanswered'))];
  }
  const printed = argv.includes('-') ? sha256(ended.stdout) : undefined;
  const links = record.images.filter(({ url }) => url !== null);
  // Whoever asked for a link, or wrote it down, had the answer: it may not be called unanswered any more.
  const wasKnown = links.some(({ asked, url }) => asked > 0 || kept.includes(url));
  let here = 0;
  tally.paid += record.paid;
  for (const image of links) {
    const copies = files.filter((file) => file.sha256 === image.sha256).length;
    const isExpired = image.dead && isNamed('expired');
    if (copies > 1) problems.push(problem('twice', `${copies} copies of ${image.url}`));
    if (copies > 0 || printed === image.sha256) here += 1;
    else if (record.answered && (wasKnown || !isNamed('unanswered')) && !isExpired) {
      problems.push(problem('lost', `${image.url}: ${storyOf(record, image, calls)}`));
      tally.lost += 1;
    } else if (isExpired) tally.expired += 1;
  }
  tally.saved += here;
  const isWhole = record.images.length > 0 && here === links.length;
  if (!isWhole && isNamed('unanswered')) tally.unanswered += record.paid - here;
  else if (record.images.length === 0) tally.empty += record.paid;
  else tally.withheld += record.images.length - links.length;
  if (isWhole && isNamed('unanswered'))
    problems.push(problem('misnamed', 'all is here, and resume calls it unanswered'));
  if (record.accepted > 0 && !record.answered && !isWhole && !isNamed('unanswered') && !isFree(card)) {
    problems.push(
      problem(
        'unnamed',
        `accepted, never answered, and resume does not say so: ${storyOf(record, undefined, calls)}`,
      ),
    );
  }
  return problems;
}

/** Scenarios in which it does not matter how `resume` speaks of it. */
const isFree = (card) => scenarioCalled(card.scenario).named === 'any';

/** Words that were paid for were told, by the command or by `resume`; or the call is named. */
function judgeWords(record, { stdout }, calls, isNamed) {
  if (record.accepted === 0) return [];
  const isTold =
    record.words !== undefined &&
    [stdout.toString(), ...calls.map(({ text }) => text)].some((text) => text.includes(record.words));
  if (isTold || isNamed) return [];
  return [
    problem(
      record.answered ? 'lost' : 'unnamed',
      `its words were never told: ${storyOf(record, undefined, calls)}`,
    ),
  ];
}

function storyOf(record, image, calls) {
  const asked = image
    ? `, the link asked for ${image.asked} times and served whole ${image.served} times`
    : '';
  const named = calls.map(({ text }) => text.slice(0, 300)).join(' ') || 'nothing';
  return `accepted ${record.accepted}, ${record.answered ? 'answered' : 'not answered'}${asked}; resume says ${named}`;
}

function judgeResumes({ resumes }) {
  return resumes.flatMap(({ ended, kill, calls }, index) => {
    const isLast = index === resumes.length - 1;
    if (ended.hung) return [problem('hung', 'resume did not end')];
    if (ended.signal === 'SIGKILL' && kill) return [];
    // The disk failed: what it could not do it must say, and it must not break.
    const isRefused = ended.log.some((line) => line.refused);
    if (isRefused && [2, 8].includes(ended.status)) return [];
    const said = calls === undefined ? undefined : exitOfResume(calls);
    if (said === undefined || ended.status !== said) {
      const end = ended.signal ?? ended.status;
      return [
        problem(
          'resume',
          `resume ended with ${end}, and said ${said === undefined ? 'nothing whole' : `what means ${said}`}: ${lastLine(ended.stderr)}`,
        ),
      ];
    }
    if (isLast && calls.length > 0)
      return [problem('resume', `resume found something again: ${calls[0].text}`)];
    return [];
  });
}

function judgeFlight({ mostInFlight }) {
  return mostInFlight > MOST_IN_FLIGHT
    ? [problem('flight', `${mostInFlight} images were in flight at once`)]
    : [];
}

const problem = (kind, text) => ({ kind, text });

const lastLine = (text) => text.trim().split('\n').pop()?.slice(0, 300);
