import { z } from 'zod';
import { votingPartners } from '../contracts/voting-partners.js';

export const partnerNames = [...votingPartners, 'oms', 'sparkfly'] as const;
export type PartnerName = (typeof partnerNames)[number];

/** Names in lower case; the values of a repeated name are joined by commas. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** A request to one partner. */
export interface PartnerRequest {
  readonly method: string;
  /** Path and query below the partner's own base URL, percent-encoded as received. */
  readonly path: string;
  readonly headers: RequestHeaders;
  /** The parsed body; undefined when it is not JSON or has another content type. */
  readonly json: unknown;
}

export interface PartnerAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The simulator of one partner: it validates a request as strictly as the partner, and answers it.
 */
export interface Partner {
  answer(request: PartnerRequest): PartnerAnswer;
  /** The partner's own error with the status of a fault. */
  failure(status: number): PartnerAnswer;
  /** The field of an answer that echoes a value of the request, if the partner has one. */
  readonly echoedField?: string;
}

/** The problems of a body, by path and never by value; several in one line. */
export const problemOf = (error: z.ZodError): string =>
  error.issues
    .map((issue) => `${z.core.toDotPath(issue.path) || 'body'}: ${issue.message}`)
    .join('; ');

/** Whether an `Authorization` header is the expected one; an empty credential matches nothing. */
export const isAuthorized = (
  headers: RequestHeaders,
  scheme: 'Basic' | 'Bearer',
  credential: string,
): boolean => credential !== '' && headers['authorization'] === `${scheme} ${credential}`;
