import { setTimeout as pause } from 'node:timers/promises';
import { type Dispatcher, request } from 'undici';
import type { z } from 'zod';
import type { VotingPartner } from '../../contracts/voting-partners.js';
import { CasePage, type CaseSummary } from '../../contracts/v1/cases.js';
import { PartnerList, type PartnerReport } from '../../contracts/v1/partners.js';
import type { LocalStack } from '../local-stack.js';

/** Controls the partners' faults, and reads what operators and reviewers see. */
export interface Desk {
  /** `fault` is a body of the simulators' `PUT /_faults/{partner}`; undefined ends it. */
  readonly setFault: (partner: VotingPartner, fault: object | undefined) => Promise<void>;
  /** The workers' reports on their partners since `sinceMs`; empty when one is missing. */
  readonly reports: (sinceMs: number) => Promise<PartnerReport[]>;
  readonly cases: (status: 'open' | 'closed') => Promise<CaseSummary[]>;
}

type Method = 'GET' | 'PUT' | 'DELETE';

const timeoutMs = 10_000;

const createSend =
  (dispatcher: Dispatcher, signal: AbortSignal) =>
  async (method: Method, url: string, options: { key?: string; json?: object } = {}) => {
    const { key, json } = options;
    const { statusCode, body } = await request(url, {
      ...{ dispatcher, method, headersTimeout: timeoutMs, bodyTimeout: timeoutMs, signal },
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      body: json === undefined ? null : JSON.stringify(json),
    });
    const text = await body.text();
    if (statusCode >= 300) throw new Error(`${method} of ${new URL(url).pathname}: ${statusCode}`);
    return text;
  };

export const createDesk = (
  { apiUrl, simulatorUrl, keys }: LocalStack,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Desk => {
  const send = createSend(dispatcher, signal);
  const read = async <S extends z.ZodType>(schema: S, path: string, key: string) =>
    schema.parse(JSON.parse(await send('GET', `${apiUrl}${path}`, { key })));
  return {
    setFault: async (partner, fault) => {
      const url = `${simulatorUrl}/_faults/${partner}`;
      await (fault === undefined ? send('DELETE', url) : send('PUT', url, { json: fault }));
    },
    reports: async (sinceMs) => {
      const { partners } = await read(PartnerList, '/v1/partners', keys.operator);
      const reports = partners.map(({ workers }) =>
        workers.filter(({ reportedAt }) => Date.parse(reportedAt) >= sinceMs),
      );
      return reports.every((ofPartner) => ofPartner.length > 0) ? reports.flat() : [];
    },
    cases: async (status) => {
      const found: CaseSummary[] = [];
      for (let cursor = ''; ; ) {
        const path = `/v1/cases?status=${status}&limit=200${cursor}`;
        const page = await read(CasePage, path, keys.reviewer);
        found.push(...page.cases);
        if (page.nextCursor === null) return found;
        cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
      }
    },
  };
};

const pollEveryMs = 500;

/** Polls until a value is there; undefined after `giveUpMs`. */
export const pollUntil = async <T>(
  look: () => Promise<T | undefined>,
  { giveUpMs, signal }: { readonly giveUpMs: number; readonly signal: AbortSignal },
): Promise<T | undefined> => {
  const endMs = performance.now() + giveUpMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() > endMs) return found;
    await pause(pollEveryMs, undefined, { signal });
  }
};
