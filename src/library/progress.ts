/** What is told on the way of a call: a small set of events that stays. Free of Node's own types, because users of the library see it. */

/** One request to the API. `image`: which one of `describe`, by its place in `image`; undefined for all other calls. */
interface OfRequest {
  readonly image: number | undefined;
}

/** A request goes out, for the first time or again. */
export interface Sending extends OfRequest {
  readonly type: 'sending';
  /** From 1. */
  readonly attempt: number;
}

/** The request is on its way: from now on it may be billed. */
export interface Sent extends OfRequest {
  readonly type: 'sent';
}

/** The request was not accepted, and nothing is billed: it is sent again after a while. */
export interface Waiting extends OfRequest {
  readonly type: 'waiting';
  /** Milliseconds until then. */
  readonly ms: number;
  /** Why, in few words for people: "HTTP 429". */
  readonly reason: string;
}

/** The API has answered, be it with a refusal. */
export interface Answered extends OfRequest {
  readonly type: 'answered';
  /** HTTP status. */
  readonly status: number;
  /** Milliseconds since it was sent. */
  readonly ms: number;
  /** The server's name for the request, to quote to its support. */
  readonly requestId: string | undefined;
}

/** One image of a result. `image`: its place in `images`. */
interface OfImage {
  readonly image: number;
}

/** Bytes of an image have arrived. They count from 0 again where a download has to start over. */
export interface Downloading extends OfImage {
  readonly type: 'downloading';
  /** So far. */
  readonly bytes: number;
  /** What the server promised; undefined where it did not. */
  readonly total: number | undefined;
}

/** An image is whole and has its name. */
export interface Saved extends OfImage {
  readonly type: 'saved';
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
}

/** More types may come: pass over what you do not know. */
export type Progress = Sending | Sent | Waiting | Answered | Downloading | Saved;
