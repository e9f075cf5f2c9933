import type { Deadline, Opinion } from '../call.js';
import type { CustomerCache } from '../description.js';
import { PartnerFault } from '../fault.js';
import { inTime } from '../in-time.js';
import { withRetries } from '../retry.js';
import { assertAccepted, readOpinion, UnknownCustomerFault } from './answers.js';
import type { Post } from './calls.js';
import type { Plan } from './plan.js';

/**
 * The introduction of a customer may take 400 ms while an order waits, and never more than half of
 * the remaining budget.
 */
const introductionMaxMs = 400;
const introductionMaxShare = 0.5;

/** One retry, for a dropped connection or an empty body; Sardine documents no retries. */
const riskRetriesMax = 1;

const introductionMs = ({ mode, remainingMs, callMs }: Deadline): number => {
  const shareMs = remainingMs() * introductionMaxShare;
  return mode === 'background' ? shareMs : Math.min(introductionMaxMs, shareMs, callMs());
};

/**
 * Time limit of our own cache, which normally answers in a millisecond or two. Without its answer
 * the customer is introduced again.
 */
const cacheMs = 100;

/** The two calls of one check: introduce the customer, then ask for the risk. */
const stepsOf = (post: Post, customerCache: CustomerCache) => ({
  introduce: async (plan: Plan, deadline: Deadline): Promise<void> => {
    const answer = await post({
      path: '/v1/customers',
      body: plan.customerRequest,
      transactionId: plan.transactionId,
      timeoutMs: introductionMs(deadline),
      signal: deadline.signal,
    });
    assertAccepted(answer);
    // Not awaited: losing the entry costs another introduction, waiting would delay every check.
    void customerCache.remember(plan.cacheKey).catch(() => undefined);
  },
  assess: async (plan: Plan, deadline: Deadline): Promise<Opinion> => {
    const answer = await post({
      path: '/v1/issuing/risks',
      body: plan.riskRequest,
      transactionId: plan.transactionId,
      timeoutMs: deadline.callMs(),
      signal: deadline.signal,
    });
    return readOpinion(answer, plan.sessionKey);
  },
});

/** How Sardine came to know a customer; stored with the evidence. */
type Introduction = 'not_introduced' | 'known' | 'introduced' | PartnerFault;

interface CheckOptions {
  readonly post: Post;
  readonly customerCache: CustomerCache;
  readonly ensureCustomer: boolean;
  /** Called when an introduction failed in a check that still got its vote. */
  readonly onMissed: (fault: PartnerFault) => void;
}

/** One check: the introduction when it is needed, then the risk call. */
export const createCheck = ({ post, customerCache, ensureCustomer, onMissed }: CheckOptions) => {
  const { introduce, assess } = stepsOf(post, customerCache);

  /**
   * Returns a failed introduction instead of throwing it: Sardine may already know the customer.
   */
  const tryIntroduce = async (plan: Plan, deadline: Deadline): Promise<Introduction> => {
    if (!ensureCustomer) return 'not_introduced';
    // A failure of our own cache is no fault of Sardine's: it costs another introduction.
    if (await inTime(cacheMs, customerCache.isKnown(plan.cacheKey))) return 'known';
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
      const opinion = await assessAs(customer, plan, deadline);
      if (introduction instanceof PartnerFault) onMissed(introduction);
      return opinion;
    } catch (error) {
      if (!(error instanceof UnknownCustomerFault)) throw error;
      await inTime(cacheMs, customerCache.forget(plan.cacheKey));
      if (introduction instanceof PartnerFault) throw introduction;
      if (introduction !== 'known') throw error;
      await introduce(plan, deadline);
      return assessAs('introduced', plan, deadline);
    }
  };
};
