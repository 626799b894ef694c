/** The names of the files in the folder of places: what processes tell each other stands in names alone, never in contents. */
import { createHash, randomBytes } from 'node:crypto';

/** Who made a file; no two files are ever made by the same owner. */
export interface Owner {
  readonly text: string;
  readonly pid: number;
  /** As `hostMark` writes it. */
  readonly host: string;
}

/** Somebody is choosing a number. */
export interface Chooser {
  readonly kind: 'chooser';
  readonly name: string;
  /** As `poolMark` writes it. */
  readonly pool: string;
  readonly owner: Owner;
}

/** Somebody waits for places, or has them. */
export interface Ticket {
  readonly kind: 'ticket';
  readonly name: string;
  readonly pool: string;
  readonly owner: Owner;
  readonly seq: number;
  readonly places: number;
}

/** Nobody sends before this time, in milliseconds since 1970. */
export interface Pause {
  readonly kind: 'pause';
  readonly name: string;
  readonly pool: string;
  readonly until: number;
}

export type Note = Chooser | Ticket | Pause;

const OWNER = '(\\d{1,10})-([0-9a-f]{8})-([0-9a-f]{12})';
// A pool holds dots itself. The fields behind it have one form each, so that a name can be read in one way only.
const CHOOSER = new RegExp(`^(.+)\\.c\\.${OWNER}$`);
const TICKET = new RegExp(`^(.+)\\.t\\.(\\d{1,15})\\.(\\d{1,6})\\.${OWNER}$`);
const PAUSE = /^(.+)\.p\.(\d{1,15})$/;

/** What a file's name says; undefined for files that are none of ours. */
export function parseNote(name: string): Note | undefined {
  const ticket = TICKET.exec(name);
  if (ticket) {
    const [, pool = '', seq, places, ...owner] = ticket;
    return { kind: 'ticket', name, pool, owner: ownerOf(owner), seq: Number(seq), places: Number(places) };
  }
  const chooser = CHOOSER.exec(name);
  if (chooser) {
    const [, pool = '', ...owner] = chooser;
    return { kind: 'chooser', name, pool, owner: ownerOf(owner) };
  }
  const pause = PAUSE.exec(name);
  if (pause) return { kind: 'pause', name, pool: pause[1] ?? '', until: Number(pause[2]) };
  return undefined;
}

function ownerOf(fields: readonly string[]): Owner {
  const [pid, host = ''] = fields;
  return { text: fields.join('-'), pid: Number(pid), host };
}

/** An owner like no other. */
export function newOwner(pid: number, host: string): Owner {
  return ownerOf([String(pid), host, randomBytes(6).toString('hex')]);
}

/** A machine's name in a file name: it may hold anything. */
export function hostMark(host: string): string {
  return hash(host, 8);
}

/** A pool as it stands in names: itself where that can be, else what is left of it, `+` and a hash. */
export function poolMark(pool: string): string {
  // Small letters: some disks do not tell them from capitals.
  if (/^[a-z0-9][a-z0-9._-]{0,79}$/.test(pool)) return pool;
  const rest = pool.toLowerCase().replace(/[^a-z0-9._-]+/g, '_');
  return `${rest.slice(0, 60)}+${hash(pool, 12)}`;
}

function hash(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

export function newChooser(pool: string, owner: Owner): Chooser {
  return { kind: 'chooser', name: `${pool}.c.${owner.text}`, pool, owner };
}

export function newTicket(pool: string, seq: number, places: number, owner: Owner): Ticket {
  const name = `${pool}.t.${String(seq).padStart(10, '0')}.${places}.${owner.text}`;
  return { kind: 'ticket', name, pool, owner, seq, places };
}

/** @param until milliseconds since 1970 */
export function newPause(pool: string, until: number): Pause {
  return { kind: 'pause', name: `${pool}.p.${Math.floor(until)}`, pool, until: Math.floor(until) };
}

/** First come, first served; by the owner where two came at once. */
export function byTurn(a: Ticket, b: Ticket): number {
  return a.seq - b.seq || (a.owner.text < b.owner.text ? -1 : a.owner.text > b.owner.text ? 1 : 0);
}
