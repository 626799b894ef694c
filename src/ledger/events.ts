/** What the journal can say of a call: the vocabulary of its lines. Fields are only ever added. */
import type { Billed, ErrorCode } from '../errors.js';
import type { Cost } from './cost.js';

/** On every line. */
interface Line {
  /** The form of the line. */
  readonly v: 1;
  /** The call it is about: ten letters and digits, the same on all lines of one call. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Where the images of a call were meant to go. */
export type MeantPlace =
  | { readonly kind: 'stdout' }
  | {
      readonly kind: 'files';
      /** Absolute. */
      readonly folder: string;
      /** The name the user chose, without extension; null: made of the slug and the seed. */
      readonly stem: string | null;
      readonly slug: string;
      readonly force: boolean;
    };

/** A file that was handed in. */
export interface InputFile {
  /** The field's name on the wire. */
  readonly name: string;
  /** As it was typed: a path, an address, `-`. */
  readonly source: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** What was asked, so that it can be asked again: not kept with --no-history. */
export interface Asked {
  /** Null where there is none, as in `upscale`. */
  readonly prompt: string | null;
  /** The command of the program whose options these are: `generate`. */
  readonly spec: string;
  /** The words typed without a flag; prompts as text, paths absolute. */
  readonly operands: readonly string[];
  /** Typed options by their names in code, the model among them; prompts as text, paths absolute. Where images went is not among them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The request's fields by their names on the wire, files left out. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly files: readonly InputFile[];
}

/** All that is local has been checked; nothing has been sent. */
export interface Planned extends Line {
  readonly event: 'planned';
  /** As it was typed behind `ideogram`: `generate`, `auth verify`. */
  readonly command: string;
  readonly endpoint: string;
  readonly model: string | null;
  readonly baseUrl: string;
  /** How the answer is read. */
  readonly answer: 'images' | 'layers' | 'descriptions' | 'json-prompt';
  /** SHA-256 over path, fields and the hashes of the input files: equal for equal requests; null with --no-history. */
  readonly fingerprint: string | null;
  /** How many images are asked for. */
  readonly images: number;
  /** What it is expected to cost with the real API. */
  readonly cost: Cost;
  /** Null where the answer is words. */
  readonly place: MeantPlace | null;
  /** A sidecar is written beside each image. */
  readonly metadata: boolean;
  /** Of the program. */
  readonly version: string;
  readonly asked: Asked | null;
}

/** It is about to go out: from here on it may be billed. */
export interface Sent extends Line {
  readonly event: 'sent';
}

/** The whole answer, before anything was made of it. */
export interface Answered extends Line {
  readonly event: 'answered';
  readonly status: number;
  readonly requestId: string | null;
  /** A sandbox answered: nothing was billed. */
  readonly sandbox: boolean;
  /** How many images it holds, withheld ones too; 0 where it is words. */
  readonly images: number;
  /** What it is expected to have cost; `usd: 0` where a sandbox answered. */
  readonly cost: Cost;
  /** The answer's JSON as it came, links too. With --no-history without its prompts. */
  readonly json: unknown;
}

/** An image is on the disk, whole and named; or a pipe has taken it. */
export interface Saved extends Line {
  readonly event: 'saved';
  /** Its place in the answer, from 0. */
  readonly image: number;
  /** Absolute; null where standard output took it, and with --no-history. */
  readonly path: string | null;
  readonly sha256: string;
  readonly bytes: number;
}

/** The safety check withheld an image after making it: final. */
export interface Withheld extends Line {
  readonly event: 'withheld';
  readonly image: number;
}

/** The words of an answer were written where they were to go. */
export interface Told extends Line {
  readonly event: 'told';
}

/** The call came to nothing; or, with `image`, a download did, and can be tried again while the link lives. */
export interface Failed extends Line {
  readonly event: 'failed';
  readonly image?: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly billed: Billed;
  readonly status: number | null;
  readonly requestId: string | null;
}

/** Nobody will come back to it: a link has expired, or a request without an answer has been named. */
export interface GivenUp extends Line {
  readonly event: 'given-up';
  /** Absent: the call as a whole. */
  readonly image?: number;
  readonly reason: string;
}

export type JournalEvent = Planned | Sent | Answered | Saved | Withheld | Told | Failed | GivenUp;

type WithoutForm<E> = E extends JournalEvent ? Omit<E, 'v' | 'at'> : never;

/** An event as it is handed to the journal, which adds its form and the time. */
export type NewEvent = WithoutForm<JournalEvent>;
