/** What a fetch that threw tells us: which failure it was, and whether anything can have reached the server. */

export interface NetworkFailure {
  /** ENOTFOUND, ECONNRESET, a certificate error's name ...; UNKNOWN where nothing says it. */
  readonly code: string;
  /** False only where it is certain that nothing was sent. */
  readonly sent: boolean;
  /** The failure in words. */
  readonly detail: string;
}

/** The server could not prove who it is. */
export function isCertificateError(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code);
}

/** Failures before anything is sent, by the codes of a fetch that is not ours (a library user may pass his own). */
const NOT_SENT = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|UND_ERR_CONNECT_TIMEOUT)$/;

/** Reads our own transport's errors and those of WHATWG fetch, whose real reason stands in `cause`. */
export function readNetworkFailure(thrown: unknown): NetworkFailure {
  const error = (thrown ?? {}) as { code?: unknown; sent?: unknown; message?: unknown; cause?: unknown };
  const inner = (error.cause ?? {}) as { code?: unknown; message?: unknown };
  const code = String(error.code ?? inner.code ?? 'UNKNOWN');
  const sent =
    typeof error.sent === 'boolean' ? error.sent : !(NOT_SENT.test(code) || isCertificateError(code));
  const detail = String((error.code === undefined && inner.message) || error.message || code);
  return { code, sent, detail };
}
