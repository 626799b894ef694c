/** What the bench prints in the end: its figures, and the first of what went wrong. */

const SHOWN_PROBLEMS = 12;

/**
 * @param {import('./bench.mjs').Bench} bench
 * @param {{seconds: number, totals: {requests: number, posts: number, gets: number}}} end
 * @returns {string}
 */
export function describeFigures({ seed, tally, problems }, { seconds, totals }) {
  const { kills, phases, images } = tally;
  const count = (...kinds) => problems.filter(({ kind }) => kinds.includes(kind)).length;
  const rows = {
    seed,
    seconds: seconds.toFixed(1),
    runs: `${tally.runs}, and resume ${tally.resumes} times`,
    requests: `${totals.requests} (${totals.posts} POST, ${totals.gets} GET)`,
    kills: `${kills.all} (${kills.time} by time, ${kills.operation} by operation; ${list(kills.signals)}); resume ${tally.killedResumes} times; ${kills.survived} came to their end before`,
    'file errors': kills.refused,
    'killed when': list(phases),
    'images paid': images.paid,
    'images saved': images.saved,
    'images withheld': images.withheld,
    'named expired': images.expired,
    'named unanswered': images.unanswered,
    'in empty answers': images.empty,
    doubles: count('double'),
    lost: count('lost', 'unnamed'),
    'saved twice': count('twice'),
    'temporary files': count('temp'),
    'places held by the dead': count('ticket'),
    'wrong bytes': count('bytes', 'name'),
    'wrong exits': count('exit', 'resume', 'hung'),
    'other broken promises': count(
      'misnamed',
      'flight',
      'order',
      'memory',
      'slow',
      'saved',
      'foreign',
      'time',
      'few',
    ),
  };
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  return Object.entries(rows)
    .map(([name, value]) => `${name.padEnd(width)}  ${value}`)
    .join('\n');
}

/** @param {import('./bench.mjs').Bench} bench */
export function describeProblems({ seed, problems }) {
  if (problems.length === 0) return 'Nothing lost, nothing paid twice.';
  const lines = problems
    .slice(0, SHOWN_PROBLEMS)
    .map(
      ({ where, kind, text }) =>
        `- ${kind} in ${where}: ${text}\n  again: SEED=${seed} npm run test:faults -- --only ${where} --keep`,
    );
  const left = problems.length - lines.length;
  return [`${problems.length} broken promises:`, ...lines, ...(left > 0 ? [`and ${left} more`] : [])].join(
    '\n',
  );
}

const list = (counts) =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'none';
