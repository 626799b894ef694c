/** The driver's end of the server process: starts it, hears what arrives there, and asks what was written down. */
import { fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { keyOf } from './card.mjs';

const SERVER = fileURLToPath(new URL('server.mjs', import.meta.url));

/** Starts the server; it ends with this process, or by `stop`. */
export async function startServer() {
  const child = fork(SERVER, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const heard = new EventEmitter().setMaxListeners(0);
  const questions = new Map();
  let asked = 0;
  let stopped = false;
  const ready = new Promise((resolve, reject) => {
    child.on('message', (message) => {
      if (message.ready) resolve(message.ready);
      else if (message.event) heard.emit(`${message.event}/${keyOf(message.card)}`);
      else questions.get(message.id)?.resolve(message.answer);
      questions.delete(message.id);
    });
    child.once('exit', (status) => {
      const error = new Error(`The server process ended by itself (${status})`);
      reject(error);
      for (const question of questions.values()) question.reject(error);
      if (!stopped) throw error;
    });
  });
  const ask = (what, about) =>
    new Promise((resolve, reject) => {
      asked += 1;
      questions.set(asked, { resolve, reject });
      child.send({ id: asked, ask: what, about });
    });
  return {
    urls: await ready,
    /** @returns {Promise<import('./records.mjs').CardRecord>} as it is now */
    card: (card) => ask('card', card),
    /** @returns {Promise<{cards: import('./records.mjs').CardRecord[], mostInFlight: number}>} */
    group: (group) => ask('group', group),
    forget: (group) => ask('forget', group),
    /** @returns {Promise<{requests: number, posts: number, gets: number, foreign: number}>} */
    totals: () => ask('totals'),
    /** Resolves when something of that card happens: it was `accepted`, or a `get` of an image came. */
    hears: (event, card) => once(heard, `${event}/${keyOf(card)}`),
    stop() {
      stopped = true;
      child.kill();
    },
  };
}
