import type { Outcome } from '../../contracts/hbc/decision.js';
import type { Settings } from '../../contracts/settings.js';
import { type YleoResult, YleoResponse, yleoResults } from '../../contracts/yleo/response.js';
import {
  callPartner,
  type Deadline,
  type Opinion,
  type Partner,
  type RaiseAlarm,
} from '../call.js';
import { PartnerFault } from '../fault.js';
import { createGuard } from '../guard.js';
import { connectionsFor } from '../guard/bulkheads.js';
import { createHealthProbe } from '../health-probe.js';
import { createAgent, type HttpAnswer, parseJson, postJson } from '../http.js';
import { withRetries } from '../retry.js';
import { shown } from '../texts.js';
import { toYleoRequest, type YleoRequest } from './request.js';

export interface YleoOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly settings: Settings;
  readonly alarm: RaiseAlarm;
  /** The system's clock when not given. */
  readonly now?: () => Date;
}

/** Yleo's route is the request's .NET type name, letter case included. */
const route =
  '/service-client-request/Yleo.Fraud.Client.DetailedFraudCheck.DetailedFraudCheckRequest';

/** Yleo calls a fault transient when asking again may help. */
const transientRetriesMax = 2;

/** What of Yleo's own text is kept. */
const textMaxLength = 100;

const kept = (text: string): string => shown(text, textMaxLength);

/** Yleo's words, like its names, mean the same in any letter case. */
const isWord = (text: string, word: string): boolean => text.toLowerCase() === word.toLowerCase();

const outcomeOf = (result: YleoResult): Outcome => {
  switch (result) {
    case 'Approved':
      return 'accept';
    case 'Review':
    case 'Escalate':
    case 'NotPerformed':
      return 'review';
    case 'Declined':
      return 'reject';
    default:
      return result satisfies never;
  }
};

const opinionIn = (answer: HttpAnswer, alarm: RaiseAlarm): Opinion => {
  const { status } = answer;
  // A refused access is for operators to mend, whatever the body makes of it.
  if (answer.fault?.code === 'unauthorized') throw answer.fault;
  const response = parseJson(YleoResponse, answer.text);
  if (response === undefined) {
    throw answer.fault ?? new PartnerFault('invalid_response', { status });
  }
  if (response.kind === 'exception') {
    const code = isWord(response.condition, 'Transient')
      ? 'partner_transient'
      : 'partner_permanent';
    throw new PartnerFault(code, { status, retryAfterMs: answer.fault?.retryAfterMs });
  }
  const known = yleoResults.find((result) => isWord(response.result, result));
  if (known === undefined) alarm('yleo_unknown_result', { partner: 'yleo' });
  const label = known ?? 'NotPerformed';
  const { kountTransactionId } = response;
  return {
    outcome: outcomeOf(label),
    label,
    priority: label === 'Escalate' ? 'high' : 'normal',
    evidence: {
      result: known ?? kept(response.result),
      kountTransactionId: kountTransactionId === undefined ? undefined : kept(kountTransactionId),
    },
  };
};

/** Yleo's client: one detailed fraud check for a transaction, with Kount behind it. */
export const createYleo = (options: YleoOptions): Partner => {
  const { baseUrl, settings, alarm, now = () => new Date() } = options;
  const { connectMs, callMs, guard: limits, deepHealthPath } = settings.yleo;
  const agent = createAgent({ connectMs, connections: connectionsFor(limits) });
  const guard = createGuard({ partner: 'yleo', alarm, limits, now });
  const healthUrl = deepHealthPath === undefined ? undefined : baseUrl + deepHealthPath;

  const ask = async (request: YleoRequest, deadline: Deadline): Promise<Opinion> => {
    const answer = await postJson({
      agent,
      url: `${baseUrl}${route}`,
      headers: {},
      body: request,
      timeoutMs: deadline.callMs(),
      signal: deadline.signal,
      expect: 'text',
    });
    if (answer.fault !== undefined) guard.heed(answer.fault);
    const opinion = opinionIn(answer, alarm);
    const phone = request.customerData.shippingPhoneNumber;
    const isPhonePlaceholder = phone === settings.yleo.phonePlaceholder;
    return { ...opinion, evidence: { ...opinion.evidence, isPhonePlaceholder } };
  };

  return {
    check: async (transaction, context) => {
      const request = toYleoRequest(transaction, { ...context, settings });
      if ('notApplicable' in request) {
        return { kind: 'not_applicable', partner: 'yleo', reason: request.notApplicable };
      }
      return callPartner({
        ...{ partner: 'yleo', context, guard, callMs, alarm },
        ask: (deadline) => withRetries(deadline, transientRetriesMax, () => ask(request, deadline)),
      });
    },
    report: guard.report,
    heedLever: guard.heedLever,
    probe: createHealthProbe({ agent, guard, url: healthUrl }),
    close: () => agent.close(),
  };
};
