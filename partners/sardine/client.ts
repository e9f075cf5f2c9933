import type { Settings } from '../../contracts/settings.js';
import { canonicalAvs } from '../../domain/avs.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import {
  alarmAbout,
  callPartner,
  type Credential,
  type Partner,
  type RaiseAlarm,
} from '../call.js';
import type { CustomerCache } from '../description.js';
import { PartnerFault } from '../fault.js';
import { createGuard } from '../guard.js';
import { connectionsFor } from '../guard/bulkheads.js';
import { createHealthProbe } from '../health-probe.js';
import { createAgent } from '../http.js';
import { assertAccepted } from './answers.js';
import { createPost, type Post } from './calls.js';
import { createCheck } from './check.js';
import { type Feedback, toFeedbackRequest } from './feedback.js';
import { sardineIdsOf } from './ids.js';
import { planOf } from './plan.js';

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
  /** The system clock by default. */
  readonly now?: () => Date;
}

/** Sardine also takes feedback about the outcome of what it assessed. */
export interface Sardine extends Partner {
  /**
   * Sends one feedback. Throws `PartnerFault` when Sardine has not accepted it or the guard rejects
   * the call, and the reason of `signal` when the caller cancels.
   */
  readonly tell: (
    transaction: SanitisedTransaction,
    feedback: Feedback,
    limits: { timeoutMs: number; signal: AbortSignal },
  ) => Promise<void>;
}

const createTell =
  (post: Post, { guestIdOf, alarm }: SardineOptions): Sardine['tell'] =>
  async (transaction, feedback, limits) => {
    const { transactionId } = feedback;
    const { customerId } = sardineIdsOf(transaction, transactionId, guestIdOf);
    const body = toFeedbackRequest(transaction, feedback, customerId);
    try {
      assertAccepted(await post({ path: '/v1/feedbacks', body, transactionId, ...limits }));
    } catch (error) {
      const isUnauthorized = error instanceof PartnerFault && error.code === 'unauthorized';
      if (isUnauthorized) alarm('partner_unauthorized', { partner: 'sardine' });
      throw error;
    }
  };

/** Sardine's client: one risk check for a transaction, after introducing the customer. */
export const createSardine = (options: SardineOptions): Sardine => {
  const { customerCache, settings, alarm, now = () => new Date() } = options;
  const { connectMs, callMs, guard: limits, ensureCustomer } = settings.sardine;
  const agent = createAgent({ connectMs, connections: connectionsFor(limits) });
  const guard = createGuard({ partner: 'sardine', alarm, limits, now });
  const post = createPost({ ...options, agent });
  const postWithHoldOff: Post = async (call) => {
    const answer = await post(call);
    if (answer.fault !== undefined) guard.heed(answer.fault);
    return answer;
  };
  const onMissed = (fault: PartnerFault) => alarmAbout(fault, 'sardine', alarm);
  const check = createCheck({ post: postWithHoldOff, customerCache, ensureCustomer, onMissed });
  const tell = createTell(post, options);
  return {
    check: async (transaction, context) => {
      const { avsResponse } = transaction.creditCard;
      const isAvsKnown = canonicalAvs(settings.avs.dialect, avsResponse).known;
      if (!isAvsKnown) alarm('avs_unknown_code', { partner: 'sardine' });
      const plan = planOf(transaction, context, options);
      return callPartner({
        partner: 'sardine',
        context,
        guard,
        callMs,
        alarm,
        ask: (deadline) => check(plan, deadline),
      });
    },
    tell: (transaction, feedback, limitsOfCall) =>
      guard.tell(() => tell(transaction, feedback, limitsOfCall)),
    report: guard.report,
    heedLever: guard.heedLever,
    // Sardine documents no health page.
    probe: createHealthProbe({ agent, guard, url: undefined }),
    close: () => agent.close(),
  };
};
