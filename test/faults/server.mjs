/** The misbehaving server, a process of its own: plays what the prompt asks for, and tells its parent what arrived. */
import { createServer as createHttpServer } from 'node:http';
import { createServer as createDoor } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { findCard, nameOf, promptOf } from './card.mjs';
import { deliver } from './delivery.mjs';
import { createRecords } from './records.mjs';
import { scenarioCalled, stepOf } from './scenarios.mjs';
import { json, replyOf } from './server-replies.mjs';

/** The name stands in the first part of a request. */
const HEAD_BYTES = 64 * 1024;

const records = createRecords();
const totals = { requests: 0, posts: 0, gets: 0, foreign: 0 };

const server = createHttpServer((request, response) => {
  totals.requests += 1;
  const { socket } = request;
  // Written to by hand: nothing of ours may wait in the response.
  socket.on('error', () => {});
  response.on('error', () => {});
  const answer = request.method === 'GET' ? serveImage : takeCall;
  answer(request, socket).catch((error) => {
    // A client that was killed in its upload.
    if (error.code === 'ECONNRESET') return;
    throw error;
  });
});
Object.assign(server, { requestTimeout: 0, headersTimeout: 0, timeout: 0 });
// What was cut off in the middle of its header.
server.on('clientError', (_error, socket) => socket.destroy());

const foreign = createHttpServer((_request, response) => {
  totals.foreign += 1;
  response.end();
});
const resetting = createDoor((socket) => socket.resetAndDestroy());
const closed = createDoor();

const [port, elsewherePort, resetPort, closedPort] = await Promise.all(
  [server, foreign, resetting, closed].map(listen),
);
await new Promise((done) => closed.close(done));
const origin = `http://127.0.0.1:${port}`;
const elsewhere = `http://localhost:${elsewherePort}/elsewhere`;

function listen(each) {
  return new Promise((resolve) => each.listen(0, '127.0.0.1', () => resolve(each.address().port)));
}

/** A call of the API. */
async function takeCall(request, socket) {
  totals.posts += 1;
  const upload = await readUpload(request, socket);
  if (upload === undefined) return;
  const { record, scenario, text } = upload;
  const step = stepOf(scenario.post, record.arrived);
  record.arrived += 1;
  const { status = 200 } = step;
  const works = status < 400 || status >= 500 || status === 408;
  const isWords = request.url.endsWith('/describe');
  const count = Number(/name="num_images"\r\n\r\n(\d+)/.exec(text)?.[1] ?? 1);
  if (status === 429) record.refused += 1;
  if (works) {
    record.accepted += 1;
    record.paid += isWords ? 0 : count;
  }
  tell('accepted', record.card);
  const land = works ? records.takeOff(record.card.group, count) : () => {};
  socket.once('close', land);
  if (step.wait) await delay(step.wait);
  let made = false;
  const good = () => {
    made = true;
    return isWords ? describe(record) : generate(record, scenario, count);
  };
  const reply = replyOf(step, { good, self: `${origin}${request.url}`, elsewhere });
  land();
  const written = await deliver(socket, reply, step.delivery);
  // Broken JSON, or half of an answer, tells nobody of its images.
  record.answered ||= written && made && step.body !== 'broken-json';
}

/** Reads the request to its end; undefined where the script ends it, or the client has gone. */
async function readUpload(request, socket) {
  let head = '';
  let upload;
  for await (const chunk of request) {
    if (head.length < HEAD_BYTES) head += chunk.toString('latin1');
    if (upload === undefined) {
      const card = findCard(head);
      if (card === undefined) continue;
      const record = records.of(card);
      record.begun += 1;
      upload = { record, scenario: scenarioCalled(card.scenario) };
      if (upload.scenario.post[0].inUpload) {
        socket.resetAndDestroy();
        return undefined;
      }
    }
  }
  if (upload === undefined) throw new Error(`A request speaks of no card: ${head.slice(0, 500)}`);
  return request.complete ? { ...upload, text: head } : undefined;
}

function generate(record, scenario, count) {
  const { images } = record;
  const first = images.length;
  records.make(record, scenario, count, (index, until) => {
    return `${origin}/image/${nameOf(record.card)}/${index}.png?exp=${until}&sig=00`;
  });
  const data = images.slice(first).map(({ url, seed }) => ({
    url,
    seed,
    prompt: promptOf(record.card),
    resolution: '1024x1024',
    is_image_safe: url !== null,
    style_type: 'GENERAL',
  }));
  return json({ created: '2026-01-01T00:00:00Z', data });
}

function describe(record) {
  record.words = `A ${promptOf(record.card)} on a table, seen ${Math.random()} times.`;
  return json({ descriptions: [{ text: record.words }] });
}

/** A link of an answer. */
async function serveImage(request, socket) {
  totals.gets += 1;
  const url = `${origin}${request.url}`;
  const card = findCard(request.url);
  const record = card && records.of(card);
  const image = record?.images.find((each) => each.url === url);
  const bytes = records.picture(url);
  if (!image || !bytes) throw new Error(`Nobody was ever told of the link ${request.url}`);
  const step = stepOf(scenarioCalled(card.scenario).get, image.asked);
  image.asked += 1;
  tell('get', card);
  const good = () => ({ headers: { 'Content-Type': 'image/png' }, body: bytes });
  const dead = Number(/exp=(\d+)/.exec(url)?.[1]) * 1000 <= Date.now();
  const scripted = dead ? { status: 403, body: 'refusal' } : step;
  const reply = replyOf(scripted, { good, self: url, elsewhere });
  const written = await deliver(socket, reply, scripted.delivery);
  if (written && reply.body === bytes) image.served += 1;
}

function tell(event, card) {
  process.send?.({ event, card });
}

/** What the parent may ask. */
const ANSWERS = {
  card: (card) => structuredClone(records.of(card)),
  group: (group) => ({ cards: records.ofGroup(group), mostInFlight: records.mostInFlight(group) }),
  forget: (group) => records.forget(group),
  totals: () => totals,
};

process.on('message', async ({ id, ask, about }) => {
  // What has arrived is looked at first.
  await delay(1);
  process.send?.({ id, answer: ANSWERS[ask](about) });
});
process.on('disconnect', () => process.exit());
process.send?.({
  ready: { url: origin, reset: `http://127.0.0.1:${resetPort}`, closed: `http://127.0.0.1:${closedPort}` },
});
