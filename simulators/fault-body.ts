import type { Fault } from './faults.js';
import type { PartnerAnswer } from './partner.js';

/** Larger than any client should read: a partner's real answers have less than 2 kB. */
const oversizedBytes = 4 * 1024 * 1024;

const page = '<!doctype html><html><body><h1>Bad Gateway</h1></body></html>';

/** An answer in the form in which it is sent. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The text is sent byte by byte, one per second. */
  readonly isDripping: boolean;
}

const damagedText = (answer: PartnerAnswer, fault: Fault | undefined, echoedField = ''): string => {
  const body = { ...answer.body, ...fault?.fields };
  const text = JSON.stringify(body);
  const kind = fault?.body;
  switch (kind) {
    case undefined:
    case 'dripping':
      return text;
    case 'empty':
      return '';
    case 'broken':
      return text.slice(0, Math.ceil(text.length / 2));
    case 'oversized':
      return JSON.stringify({ padding: 'x'.repeat(oversizedBytes), ...body });
    case 'wrong-echo':
      return JSON.stringify({ ...body, [echoedField]: 'another-session' });
    case 'html':
      return page;
    default:
      return kind satisfies never;
  }
};

/** Converts a partner's answer to what is sent, damaged as the fault says. */
export const toWire = (
  answer: PartnerAnswer,
  fault: Fault | undefined,
  echoedField?: string,
): WireAnswer => ({
  status: answer.status,
  headers: {
    'content-type': fault?.body === 'html' ? 'text/html' : 'application/json',
    ...answer.headers,
    ...(fault?.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }),
  },
  text: damagedText(answer, fault, echoedField),
  isDripping: fault?.body === 'dripping',
});
