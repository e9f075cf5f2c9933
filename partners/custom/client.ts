import { CustomResponse } from '../../contracts/custom/response.js';
import type { Settings } from '../../contracts/settings.js';
import { createAnswerReader, type AnswerReader } from '../../domain/custom/answer-reader.js';
import {
  callPartner,
  type Credential,
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
import type { OrderToSend } from './fields.js';
import { renderBody, renderPath } from './render.js';

interface CustomOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly secret: Credential;
  readonly settings: Settings;
  readonly pseudonymOf: OrderToSend['pseudonymOf'];
  readonly alarm: RaiseAlarm;
  /** The system clock by default. */
  readonly now?: () => Date;
}

/** A decision has some hundred bytes. The limit bounds the time spent on parsing. */
const responseMaxBytes = 100_000;

/** One retry, for a dropped connection or an empty body. */
const retriesMax = 1;

/** Characters kept of a partner's own text. */
const textMaxLength = 200;
/** Elements kept of a list. */
const listMaxLength = 20;

/** A value for reviewers: numbers, flags and short texts; nothing nested. */
const keptScalar = (value: unknown): string | number | boolean | undefined => {
  if (typeof value === 'string') return storedText(value, textMaxLength);
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'boolean' || Number.isFinite(value)
    ? (value as boolean | number)
    : undefined;
};

const kept = (value: unknown) =>
  Array.isArray(value)
    ? value
        .slice(0, listMaxLength)
        .map(keptScalar)
        .filter((one) => one !== undefined)
    : keptScalar(value);

const opinionIn = (answer: HttpAnswer, reader: AnswerReader, onNoVote: () => void): Opinion => {
  const { status, fault } = answer;
  if (fault !== undefined) throw fault;
  const response = parseJson(CustomResponse, answer.text);
  if (response === undefined) throw new PartnerFault('invalid_response', { status });
  const outcome = reader.voteOf(response);
  if (outcome === undefined) {
    onNoVote();
    throw new PartnerFault('invalid_response', { status });
  }
  const evidence = Object.entries(reader.evidenceOf(response)).map(
    ([name, value]) => [name, kept(value)] as const,
  );
  return {
    outcome,
    label: outcome,
    priority: 'normal',
    evidence: Object.fromEntries(evidence.filter(([, value]) => value !== undefined)),
  };
};

const authorizationOf = (scheme: 'bearer' | 'basic', secret: string): string => {
  if (scheme === 'bearer') return `Bearer ${secret}`;
  // An API key alone is a user name without a password.
  const pair = secret.includes(':') ? secret : `${secret}:`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
};

/**
 * The client of any risk service that speaks JSON. The settings define the request body and the
 * meaning of the answer. Throws when they lack a body or a vote.
 */
export const createCustom = (options: CustomOptions): Partner => {
  const { baseUrl, settings, pseudonymOf, alarm, now = () => new Date() } = options;
  const {
    connectMs,
    callMs,
    guard: limits,
    healthPath,
    body: template,
    ...custom
  } = settings.custom;
  if (template === undefined) throw new Error('custom.body is not set');
  const reader = createAnswerReader(custom);
  const agent = createAgent({ connectMs, connections: connectionsFor(limits), responseMaxBytes });
  const guard = createGuard({ partner: 'custom', alarm, limits, now });
  const authorization = authorizationOf(custom.authorization, options.secret.reveal());
  const onNoVote = () => alarm('partner_answer_unmapped', { partner: 'custom' });

  const ask = async (url: string, body: unknown, deadline: Deadline): Promise<Opinion> => {
    const answer = await postJson({
      agent,
      url,
      headers: { ...custom.headers, authorization },
      body,
      timeoutMs: deadline.callMs(),
      signal: deadline.signal,
      expect: 'text',
    });
    if (answer.fault !== undefined) guard.heed(answer.fault);
    return opinionIn(answer, reader, onNoVote);
  };

  return {
    check: async (transaction, context) => {
      const order = { transaction, ...context, settings, pseudonymOf };
      const url = baseUrl + renderPath(custom.path, order);
      const body = renderBody(template, order);
      return callPartner({
        partner: 'custom',
        context,
        guard,
        callMs,
        alarm,
        ask: (deadline) => withRetries(deadline, retriesMax, () => ask(url, body, deadline)),
      });
    },
    report: guard.report,
    heedLever: guard.heedLever,
    probe: createHealthProbe({
      agent,
      guard,
      url: healthPath === undefined ? undefined : baseUrl + healthPath,
    }),
    close: () => agent.close(),
  };
};
