import { randomUUID } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { Credential } from '../call.js';
import { type HttpAnswer, postJson } from '../http.js';

/** Sardine's limit for request ids, which allow letters, digits and dashes only. */
const requestIdMaxLength = 72;

/** Links the attempts of a transaction to it in Sardine's logs, and tells them apart. */
const requestIdOf = (transactionId: string): string => {
  const suffix = `-${randomUUID()}`;
  const stem = transactionId.replaceAll(/[^A-Za-z0-9-]/g, '-');
  return stem.slice(0, requestIdMaxLength - suffix.length) + suffix;
};

/** One call to Sardine about one transaction. */
interface SardineCall {
  readonly path: '/v1/customers' | '/v1/issuing/risks' | '/v1/feedbacks';
  readonly body: unknown;
  readonly transactionId: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Posts to Sardine with its credentials; throws as `postJson` does. */
export type Post = (call: SardineCall) => Promise<HttpAnswer>;

export const createPost = (options: {
  readonly agent: Dispatcher;
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: Credential;
}): Post => {
  const { agent, baseUrl, clientId, clientSecret } = options;
  const credentials = Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString('base64');
  return ({ path, transactionId, ...call }) => {
    const authorization = `Basic ${credentials}`;
    const headers = { authorization, 'x-request-id': requestIdOf(transactionId) };
    return postJson({ agent, url: `${baseUrl}${path}`, headers, ...call, expect: 'text' });
  };
};
