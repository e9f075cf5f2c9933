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
import { storedText } from '../texts.js';
import { toYleoRequest, type YleoRequest } from './request.js';

export interface YleoOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly settings: Settings;
  readonly alarm: RaiseAlarm;
  /** The system clock by default. */
  readonly now?: () => Date;
}

/** Yleo's route is the request's .NET type name, case-sensitive. */
const route =
  '/service-client-request/Yleo.Fraud.Client.DetailedFraudCheck.DetailedFraudCheckRequest';

/** Yleo marks a fault as transient when a retry may help. */
const transientRetriesMax = 2;

/** Yleo's answer has a handful of fields; each costs a name in lower case. */
const answerPartsMax = 10_000;

/** Characters stored of Yleo's own texts. */
const textMaxLength = 100;

const kept = (text: string): string => storedText(text, textMaxLength);

/** Yleo's values, like its names, are case-insensitive. */
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
  // Operators must fix rejected credentials, whatever the body says.
  if (answer.fault?.code === 'unauthorized') throw answer.fault;
  const response = parseJson(YleoResponse, answer.text, answerPartsMax);
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

/** Yleo's client: one detailed fraud check per transaction, with Kount behind it. */
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
        partner: 'yleo',
        context,
        guard,
        callMs,
        alarm,
        ask: (deadline) => withRetries(deadline, transientRetriesMax, () => ask(request, deadline)),
      });
    },
    report: guard.report,
    heedLever: guard.heedLever,
    probe: createHealthProbe({ agent, guard, url: healthUrl }),
    close: () => agent.close(),
  };
};
