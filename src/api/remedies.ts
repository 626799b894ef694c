/** What each failing HTTP status means to the user: the error code, the cause, what to do, and whether it was billed. */
import { type Billed, DASHBOARD_URL, type ErrorCode } from '../errors.js';
import type { CallKind } from './retry.js';

export interface Remedy {
  readonly code: ErrorCode;
  readonly cause: string;
  readonly hint: string;
  readonly billed: Billed;
}

const UNKNOWN_ADDRESS: Remedy = {
  code: 'rejected',
  cause: 'The API does not know this address',
  hint: 'Check IDEOGRAM_BASE_URL if you have set it; otherwise a newer ideogram-cli may be needed.',
  billed: 'no',
};

/** By HTTP status. docs: errors; a call refused with 4xx is not billed. */
const REMEDIES: Readonly<Record<number, Remedy>> = {
  400: {
    code: 'rejected',
    cause: 'The API rejected a field or value',
    hint: 'Correct it and run the command again; --dry-run shows what is sent.',
    billed: 'no',
  },
  401: {
    code: 'unauthorized',
    cause: 'The API refused the key',
    hint:
      'Either the key is missing a part, wrong or revoked, or it is paused because the balance is empty: the API answers both alike.\n' +
      `Check it at ${DASHBOARD_URL}: if it is paused, top up the balance; if it is gone, make a new key, then: ideogram auth login`,
    billed: 'no',
  },
  402: {
    code: 'no_credit',
    cause: 'The balance is used up',
    hint: `Top up under billing at ${DASHBOARD_URL}; auto top-up can be switched on there.`,
    billed: 'no',
  },
  403: {
    code: 'forbidden',
    cause: 'The API does not allow this',
    hint: `The account may lack access to this model, or something between you and the API blocks the call. Check the account at ${DASHBOARD_URL}.`,
    billed: 'no',
  },
  404: UNKNOWN_ADDRESS,
  410: UNKNOWN_ADDRESS,
  413: {
    code: 'rejected',
    cause: 'The request is too large for the API',
    hint: 'Make the images smaller and run the command again.',
    billed: 'no',
  },
  422: {
    code: 'blocked',
    cause: 'The safety check refused this request',
    hint: 'Rephrase the prompt, or take out what was flagged. Sending the same again gives the same answer.',
    billed: 'no',
  },
  429: {
    code: 'busy',
    cause: 'More than 10 images are in flight for this account',
    hint:
      'The request was queued and tried again until waiting made no more sense. Run fewer at once, or try later;\n' +
      'higher limits: partnership@ideogram.ai.',
    billed: 'no',
  },
};

const SERVER_FAULT: Remedy = {
  code: 'server',
  cause: 'The API failed',
  hint: `It was not sent again, so that it cannot be paid twice. Look at the usage page at ${DASHBOARD_URL}, then try again.`,
  billed: 'maybe',
};

const OTHER_REFUSAL: Remedy = {
  code: 'rejected',
  cause: 'The API refused the request',
  hint: '--dry-run shows what is sent.',
  billed: 'no',
};

/** What came is not an answer of the API at all. */
export const NOT_THE_API: Remedy = {
  code: 'bad_response',
  cause: 'The answer is not one of the API',
  hint: 'Something between you and the API may have answered: a proxy, a firewall or a login page.',
  billed: 'maybe',
};

const FREE_FAULT: Remedy = {
  code: 'server',
  cause: 'The API failed',
  hint: 'Try again later; it costs nothing.',
  billed: 'no',
};

/** Cause, remedy and price of a failed call, by its HTTP status and by what the call was. */
export function remedyFor(status: number, kind: CallKind): Remedy {
  const remedy = anyRemedyFor(status);
  if (kind === 'billed') return remedy;
  return remedy === SERVER_FAULT ? FREE_FAULT : { ...remedy, billed: 'no' };
}

function anyRemedyFor(status: number): Remedy {
  const known = REMEDIES[status];
  if (known) return known;
  // 408: something on the way lost patience, and the API may not have.
  if (status >= 500 || status === 408) return SERVER_FAULT;
  return status >= 400 ? OTHER_REFUSAL : NOT_THE_API;
}
