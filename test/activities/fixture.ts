import { createActivities, createAskAgainActivities } from '../../activities/create-activities.js';
import { createSettlePace } from '../../activities/settle-pace.js';
import type { ActivityDeps, GivenDeps } from '../../activities/deps.js';
import type { VotingPartner } from '../../contracts/voting-partners.js';
import { listAudit } from '../../db/audit.js';
import { findTransaction } from '../../db/transactions.js';
import { insertPartnerAnswer } from '../../db/partner-answers.js';
import { createSardineCustomerCache } from '../../db/sardine-customers.js';
import { noLookups } from '../../domain/lookups.js';
import type { PartnerName } from '../../domain/votes.js';
import { createOms } from '../../partners/oms/client.js';
import { createSardine } from '../../partners/sardine/client.js';
import { createYleo } from '../../partners/yleo/client.js';
import { Secret } from '../../runtime/secret.js';
import { createAnswerKeeper } from '../../services/transactions/answer-keeper.js';
import { startSimulators } from '../../simulators/server.js';
import { ordersIn, tokeniser, vault } from '../services/alert-feed-fixture.js';
import { type Attempt, attemptOf } from '../support/attempt.js';
import { openDatabase, samePolicies } from '../services/database.js';
import { defaultRuleSet, exampleSettings, shippedRules } from '../support/rules.js';

export const anHour = 3_600_000;

const silent = () => undefined;

const clientsOf = (url: string, pool: ActivityDeps['db']) => {
  const settings = exampleSettings();
  const now = () => new Date();
  return {
    sardine: createSardine({
      ...{ baseUrl: `${url}/sardine`, clientId: 'id', clientSecret: new Secret('secret') },
      ...{ settings, customerCache: createSardineCustomerCache(pool, now), alarm: silent },
      guestIdOf: (email) => `guest-${email.length}`,
    }),
    yleo: createYleo({ baseUrl: `${url}/yleo`, settings, alarm: silent }),
    oms: createOms({ baseUrl: `${url}/oms`, token: new Secret('token') }),
  };
};

interface Call {
  readonly path: string;
  readonly body: { readonly transaction?: { readonly id: string } };
}

const callsOf = async (url: string, partner: PartnerName | 'oms'): Promise<Call[]> =>
  (await (await fetch(`${url}/_calls/${partner}`)).json()) as Call[];

/** The activities of a worker, on a database of their own, with simulated partners. */
export const startActivities = async (changes: Partial<ActivityDeps> = {}) => {
  const { pool, url: databaseUrl, close } = await openDatabase(8);
  const simulators = await startSimulators({
    port: 0,
    credentials: { SARDINE_CLIENT_ID: 'id', SARDINE_CLIENT_SECRET: 'secret' },
    oms: { token: 'token' },
  });
  const clients = clientsOf(simulators.url, pool);
  const alarms: string[] = [];
  const switchedOff = new Set<VotingPartner>();
  const policies = Object.fromEntries(
    Object.entries(samePolicies()).map(([banner, policy]) => [banner, { version: 0, policy }]),
  ) as ReturnType<ActivityDeps['controls']>['policies'];
  const onLost = () => void alarms.push('partner_answer_lost');
  const answers = createAnswerKeeper({ db: pool, now: () => new Date(), onLost });
  const deps: GivenDeps = {
    ...{
      db: pool,
      reads: pool,
      writes: pool,
      vault,
      tokeniser,
      settings: exampleSettings(),
      lookups: noLookups,
    },
    partners: { sardine: clients.sardine, yleo: clients.yleo },
    ...{ sardine: clients.sardine, oms: clients.oms, mail: undefined, sparkfly: undefined },
    controls: () => ({ policies, switchedOff, leverMovedAtMs: new Map() }),
    shipped: shippedRules(),
    rules: () => ({ live: { version: 0, ruleSet: defaultRuleSet() }, trial: null }),
    reports: {
      alarm: (code) => void alarms.push(code),
      ...{ decided: silent, partnerAnswered: silent, partnerAskedAgain: silent },
      ...{ settled: silent, reminded: silent },
    },
    answers,
    ...{ announce: silent, pace: createSettlePace(() => false), now: () => new Date() },
    ...changes,
  };
  const orders = ordersIn(pool);
  return {
    pool,
    databaseUrl,
    deps,
    clients,
    orders,
    alarms,
    switchedOff,
    activities: { ...createActivities(deps), ...createAskAgainActivities(deps) },
    /** An order that was just decided and that Sardine has scored. */
    scored: async (outcome: 'accept' | 'review'): Promise<string> => {
      const id = await orders.decided(outcome, Date.now());
      const opinion = {
        outcome: 'accept',
        label: 'low',
        priority: 'normal',
        evidence: {},
      } as const;
      const answer = { kind: 'answered', partner: 'sardine', latencyMs: 5, ...opinion } as const;
      await insertPartnerAnswer(pool, id, answer, new Date());
      return id;
    },
    fault: async (partner: PartnerName | 'oms', fault: object) => {
      const url = `${simulators.url}/_faults/${partner}`;
      await fetch(url, { method: 'PUT', body: JSON.stringify(fault) });
    },
    heal: (partner: PartnerName | 'oms') =>
      fetch(`${simulators.url}/_faults/${partner}`, { method: 'DELETE' }),
    /** Makes one attempt of a step of an order's workflow. Returns its result, or what it threw. */
    attempt: async (
      transactionId: string,
      step: () => Promise<unknown>,
      info: Attempt['info'] = {},
      onHeartbeat?: Attempt['onHeartbeat'],
    ): Promise<unknown> => {
      const { workflow_id: workflowId } = (await findTransaction(pool, transactionId)) ?? {};
      return attemptOf(step, {
        info: { workflowExecution: { workflowId: workflowId ?? '', runId: '' }, ...info },
        ...(onHeartbeat && { onHeartbeat }),
      });
    },
    /** Paths of the calls to a partner, oldest first. */
    calls: async (partner: PartnerName | 'oms'): Promise<string[]> =>
      (await callsOf(simulators.url, partner)).map(({ path }) => path),
    /** The orders about which Sardine got a call, in the order of the calls. */
    toldOf: async (): Promise<string[]> =>
      (await callsOf(simulators.url, 'sardine'))
        .filter(({ path }) => path.endsWith('/v1/feedbacks'))
        .map(({ body }) => body.transaction?.id ?? ''),
    /** The actions on an order's timeline since its decision. */
    timeline: async (transactionId: string): Promise<string[]> =>
      (await listAudit(pool, transactionId))
        .map(({ action }) => action)
        .filter((action) => action !== 'decision.recorded'),
    stop: async () => {
      await Promise.all(Object.values(clients).map((client) => client.close()));
      await simulators.close();
      await close();
    },
  };
};

export type Activities = Awaited<ReturnType<typeof startActivities>>;
