/** What the sandbox can say: the reply type, the three shapes of an error body, and the refusal that carries one. */

/** How a reply leaves: whole (default), not at all, or half of its body and then a cut or a silence. */
type Delivery = 'whole' | 'nothing' | 'half-then-cut' | 'half-then-silence';

export interface Reply {
  readonly status: number;
  /** Content-Type. */
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delivery?: Delivery;
  /** A few words for the server's log. */
  readonly note?: string;
}

/** Thrown by any check; the server sends its reply. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(String(reply.body));
    this.reply = reply;
  }
}

/** A JSON reply of any status. */
export function json(status: number, value: unknown, type = 'application/json'): Reply {
  return { status, type, body: JSON.stringify(value) };
}

/** 400 in the problem shape: enumeration, range, type and missing-field errors. */
export function problem(detail: string): Refusal {
  const body = { type: 'about:blank', title: 'Bad Request', detail, status: 400 };
  return new Refusal({ ...json(400, body, 'application/problem+json'), note: detail });
}

/** `{"error": ...}`: unreadable images, exclusions, the safety check, money, places. `extra` adds fields. */
export function failure(status: number, error: string, extra: Record<string, unknown> = {}): Refusal {
  return new Refusal({ ...json(status, { error, ...extra }), note: error });
}

/** `{"message": ...}`: answers of the gate in front of the API. */
export function gate(status: number, message: string): Refusal {
  return new Refusal({ ...json(status, { message }), note: message });
}

/** A whole small page, for the places where a proxy answers instead of the API. */
export function page(status: number, title: string, text: string): Reply {
  const body = `<!doctype html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1><p>${text}</p></body></html>\n`;
  return { status, type: 'text/html; charset=utf-8', body, note: title };
}
