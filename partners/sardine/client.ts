import { randomUUID } from 'node:crypto';
import type { Settings } from '../../contracts/settings.js';
import { canonicalAvs } from '../../domain/avs.js';
import {
  callPartner,
  type Credential,
  type Deadline,
  type Opinion,
  type Partner,
  type RaiseAlarm,
} from '../call.js';
import { PartnerFault } from '../fault.js';
import { createAgent, type HttpAnswer, postJson } from '../http.js';
import { withRetries } from '../retry.js';
import { assertIntroduced, readOpinion, UnknownCustomerFault } from './answers.js';
import { type Plan, planOf } from './plan.js';

/** Remembers for a day which customers Sardine knows, so that not every order sends them. */
export interface CustomerCache {
  readonly isKnown: (key: string) => Promise<boolean>;
  readonly remember: (key: string) => Promise<void>;
  readonly forget: (key: string) => Promise<void>;
}

interface SardineOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: Credential;
  readonly settings: Settings;
  readonly customerCache: CustomerCache;
  /** A keyed one-way function of a lower-case e-mail address. */
  readonly guestIdOf: (email: string) => string;
  readonly alarm: RaiseAlarm;
}

/** Introducing the customer may take 400 ms of the budget, and never more than half of it. */
const introductionMaxMs = 400;
const introductionMaxShare = 0.5;

/** One more try mends a dropped connection or an empty body; Sardine documents no retries. */
const riskRetriesMax = 1;

/** The longest request id that Sardine takes; letters, digits and dashes only. */
const requestIdMaxLength = 72;

/** Tells the tries of one transaction apart in Sardine's logs, and ties them to it. */
const requestIdOf = (transactionId: string): string => {
  const suffix = `-${randomUUID()}`;
  const stem = transactionId.replaceAll(/[^A-Za-z0-9-]/g, '-');
  return stem.slice(0, requestIdMaxLength - suffix.length) + suffix;
};

type Post = (
  route: { path: string; body: unknown; timeoutMs: number },
  plan: Plan,
  deadline: Deadline,
) => Promise<HttpAnswer>;

/** The two calls of one check: telling Sardine who the customer is, and asking for the risk. */
const callsOf = (post: Post, customerCache: CustomerCache) => ({
  introduce: async (plan: Plan, deadline: Deadline): Promise<void> => {
    const timeoutMs = Math.min(introductionMaxMs, deadline.remainingMs() * introductionMaxShare);
    const route = { path: '/v1/customers', body: plan.customerRequest, timeoutMs };
    assertIntroduced(await post(route, plan, deadline));
    // Not awaited: forgetting it costs another introduction, waiting costs every caller.
    void customerCache.remember(plan.cacheKey).catch(() => undefined);
  },
  assess: async (plan: Plan, deadline: Deadline): Promise<Opinion> => {
    const timeoutMs = deadline.remainingMs();
    const route = { path: '/v1/issuing/risks', body: plan.riskRequest, timeoutMs };
    return readOpinion(await post(route, plan, deadline), plan.sessionKey);
  },
});

/** How a customer came to be known to Sardine, shown with the evidence. */
type Introduction = 'not_introduced' | 'known' | 'introduced' | PartnerFault;

/** One check: the introduction when it is needed, then the risk call. */
const createAsk = (
  { introduce, assess }: ReturnType<typeof callsOf>,
  customerCache: CustomerCache,
  ensureCustomer: boolean,
) => {
  /** A failed introduction is answered, not thrown: Sardine may know the customer already. */
  const tryIntroduce = async (plan: Plan, deadline: Deadline): Promise<Introduction> => {
    if (!ensureCustomer) return 'not_introduced';
    if (await customerCache.isKnown(plan.cacheKey)) return 'known';
    try {
      await introduce(plan, deadline);
      return 'introduced';
    } catch (error) {
      if (error instanceof PartnerFault) return error;
      throw error;
    }
  };

  const assessAs = async (customer: string, plan: Plan, deadline: Deadline): Promise<Opinion> => {
    const opinion = await withRetries(deadline, riskRetriesMax, () => assess(plan, deadline));
    return { ...opinion, evidence: { ...opinion.evidence, customer } };
  };

  return async (plan: Plan, deadline: Deadline): Promise<Opinion> => {
    const introduction = await tryIntroduce(plan, deadline);
    const customer = introduction instanceof PartnerFault ? introduction.code : introduction;
    try {
      return await assessAs(customer, plan, deadline);
    } catch (error) {
      if (!(error instanceof UnknownCustomerFault)) throw error;
      await customerCache.forget(plan.cacheKey);
      if (introduction instanceof PartnerFault) throw introduction;
      if (introduction !== 'known') throw error;
      await introduce(plan, deadline);
      return assessAs('introduced', plan, deadline);
    }
  };
};

/** Sardine's client: one risk check for a transaction, after introducing the customer. */
export const createSardine = (options: SardineOptions): Partner => {
  const { customerCache, settings, alarm } = options;
  const agent = createAgent();
  const credentials = `${options.clientId}:${options.clientSecret.reveal()}`;
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  const post: Post = ({ path, body, timeoutMs }, { transactionId }, { signal }) => {
    const headers = { authorization, 'x-request-id': requestIdOf(transactionId) };
    const url = `${options.baseUrl}${path}`;
    return postJson({ agent, url, headers, body, timeoutMs, signal, expect: 'text' });
  };
  const calls = callsOf(post, customerCache);
  const ask = createAsk(calls, customerCache, settings.sardine.ensureCustomer);
  return {
    check: async (transaction, context) => {
      const { avsResponse } = transaction.creditCard;
      if (!canonicalAvs(settings.avs.dialect, avsResponse).known) alarm('avs_unknown_code');
      const plan = planOf(transaction, context, options);
      return callPartner({
        ...{ partner: 'sardine', context, alarm },
        ask: (deadline) => ask(plan, deadline),
      });
    },
    close: () => agent.close(),
  };
};
