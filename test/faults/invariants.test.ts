/** The invariants of the fault bench can be broken: each check finds the one thing that is wrong in a world that is right otherwise. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';

// The bench is plain JavaScript, without types.
const load = (name: string) => import(new URL(name, import.meta.url).href);
const { judge } = await load('./invariants.mjs');
const { nameOf } = await load('./card.mjs');

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const card = { group: 7, run: 2, scenario: 'ok-2' };
const link = (index: number) => `http://127.0.0.1:1/image/${nameOf(card)}/${index}.png?exp=1900000000&sig=00`;

/** A call for two images that was killed; one was saved, `resume` brought the other home. */
function goodWorld() {
  const image = (index: number) => ({
    url: link(index),
    seed: 100_000 + index,
    sha256: sha(`image ${index}`),
    dead: false,
    asked: 1,
    served: 1,
  });
  const file = (index: number) => ({
    name: `${nameOf(card)}-10000${index}.png`,
    sha256: sha(`image ${index}`),
    bytes: 7,
    text: undefined as string | undefined,
  });
  const ended = { status: null, signal: 'SIGKILL', stdout: Buffer.from(''), stderr: '', ms: 1, log: [] };
  return {
    bought: [
      {
        card,
        argv: ['generate'],
        kill: undefined,
        ended: { ...ended, hung: false, sent: ['SIGKILL'] as string[] } as Record<string, unknown>,
      },
    ],
    cards: [
      {
        card,
        begun: 1,
        arrived: 1,
        refused: 0,
        accepted: 1,
        paid: 2,
        answered: true,
        images: [image(0), image(1)],
        words: undefined,
      },
    ],
    mostInFlight: 4,
    resumes: [resumed(0, [{ status: 'collected' }]), resumed(0, [])] as {
      ended: Record<string, unknown>;
      kill: undefined;
      calls: unknown[] | undefined;
    }[],
    files: [file(0), file(1)],
    parts: [] as string[],
    kept: '',
    tickets: [] as string[],
  };
}

type World = ReturnType<typeof goodWorld>;

function resumed(status: number, calls: { status: string }[]) {
  const ended = { status, signal: null, stdout: Buffer.from(''), stderr: '', hung: false, log: [], sent: [] };
  return { ended, kill: undefined, calls: calls.map((call) => ({ card, images: [], text: '', ...call })) };
}

/** The world's only call, image, file or resume, to be spoilt. */
const call = (world: World) => world.cards[0] as World['cards'][number];
const image = (world: World) => call(world).images[0] as World['cards'][number]['images'][number];
const named = (world: World, status: string, exit = 0) => {
  world.resumes[0] = resumed(exit, [{ status }]);
};

const SPOILT: readonly (readonly [string, string, (world: World) => void])[] = [
  ['sent twice', 'double', (world) => void Object.assign(call(world), { begun: 2 })],
  ['accepted twice', 'double', (world) => void Object.assign(call(world), { accepted: 2 })],
  ['an image is gone', 'lost', (world) => void world.files.shift()],
  [
    'called unanswered, though a link was asked for',
    'lost',
    (world) => {
      world.files.shift();
      named(world, 'unanswered');
    },
  ],
  [
    'called unanswered, though the answer is in the journal',
    'lost',
    (world) => {
      for (const each of call(world).images) each.asked = 0;
      world.kept = `{"event":"answered","json":"${image(world).url}"}`;
      world.files = [];
      named(world, 'unanswered');
    },
  ],
  [
    'called expired, though it lives',
    'lost',
    (world) => {
      world.files.shift();
      named(world, 'expired', 8);
    },
  ],
  [
    'never answered, and not named',
    'unnamed',
    (world) => {
      call(world).answered = false;
      call(world).images = [];
      world.files = [];
    },
  ],
  ['called unanswered, though it is here', 'misnamed', (world) => named(world, 'unanswered')],
  [
    'two copies',
    'twice',
    (world) =>
      void world.files.push({ ...(world.files[0] as World['files'][number]), name: `${nameOf(card)}-2.png` }),
  ],
  [
    'wrong bytes',
    'bytes',
    (world) => void world.files.push({ ...(world.files[0] as World['files'][number]), sha256: sha('half') }),
  ],
  ['a strange file', 'name', (world) => void Object.assign(world.files[0] as object, { name: 'fox.png' })],
  [
    'half a sidecar',
    'bytes',
    (world) =>
      void world.files.push({
        name: `${nameOf(card)}-100000.png.json`,
        sha256: sha(''),
        bytes: 1,
        text: '{',
      }),
  ],
  [
    'a sidecar of another image',
    'bytes',
    (world) =>
      void world.files.push({
        name: `${nameOf(card)}-100000.png.json`,
        sha256: sha(''),
        bytes: 1,
        text: JSON.stringify({ sha256: sha('image 1') }),
      }),
  ],
  [
    "a file of the user's own is gone",
    'bytes',
    (world) =>
      void Object.assign(world.bought[0] as object, { taken: { name: 'card-1.png', sha256: sha('own') } }),
  ],
  ['a temporary file', 'temp', (world) => void world.parts.push('.ideogram-1.part')],
  ['a place that nobody gave back', 'ticket', (world) => void world.tickets.push('places/1')],
  ['too many in flight', 'flight', (world) => void Object.assign(world, { mostInFlight: 11 })],
  [
    'a wrong exit',
    'exit',
    (world) => void Object.assign(world.bought[0]?.ended as object, { signal: null, status: 1, sent: [] }),
  ],
  ['it hangs', 'hung', (world) => void Object.assign(world.bought[0]?.ended as object, { hung: true })],
  [
    'resume finds it again',
    'resume',
    (world) => void world.resumes.splice(1, 1, resumed(0, [{ status: 'collected' }])),
  ],
  ['resume ends well, and has lost an image', 'resume', (world) => named(world, 'expired', 0)],
  [
    'resume says nothing whole',
    'resume',
    (world) => void Object.assign(world.resumes[0] as object, { calls: undefined }),
  ],
];

it('a good world', () => {
  const { problems, images } = judge(goodWorld());
  expect(problems).toEqual([]);
  expect(images).toEqual({ paid: 2, saved: 2, withheld: 0, expired: 0, unanswered: 0, empty: 0, lost: 0 });
});

it.each(SPOILT)('%s', (_, kind, spoil) => {
  const world = goodWorld();
  spoil(world);
  const kinds = judge(world).problems.map((problem: { kind: string }) => problem.kind);
  expect(new Set(kinds)).toEqual(new Set([kind]));
});

it('what may be missing: links that are dead, and answers that never came', () => {
  const dead = goodWorld();
  image(dead).dead = true;
  dead.files.shift();
  named(dead, 'expired', 8);
  expect(judge(dead)).toMatchObject({ problems: [], images: { saved: 1, expired: 1 } });
  const unanswered = goodWorld();
  for (const each of call(unanswered).images) each.asked = 0;
  unanswered.files = [];
  named(unanswered, 'unanswered');
  expect(judge(unanswered)).toMatchObject({ problems: [], images: { saved: 0, unanswered: 2 } });
});
