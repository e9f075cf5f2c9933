import type { GivenDeps, Reports } from '../activities/deps.js';
import type { Rehearsal } from '../activities/rehearse.js';
import { createSettlePace } from '../activities/settle-pace.js';
import type { Controls } from '../contracts/controls.js';
import type { Pool } from '../db/pool.js';
import { createSardineCustomerCache } from '../db/sardine-customers.js';
import { createUnsaved } from '../db/unsaved.js';
import type { Lookups } from '../domain/lookups.js';
import type { RulesInForce } from '../domain/rules/in-force.js';
import { createMail, type Mail } from '../partners/mail/client.js';
import { readMailbox } from '../partners/mail/mailbox.js';
import { createOms } from '../partners/oms/client.js';
import { configurePartners } from '../partners/registry.js';
import { createSparkfly, type Sparkfly } from '../partners/sparkfly/client.js';
import { startStandIn } from '../partners/stand-in.js';
import { createTokeniser } from '../runtime/card-tokeniser.js';
import type { Config } from '../runtime/config.js';
import type { Logger } from '../runtime/logger.js';
import type { Alarm, Metrics } from '../runtime/metrics.js';
import { Secret } from '../runtime/secret.js';
import { createVault } from '../runtime/vault.js';
import type { ShippedRules } from '../services/rule-sets/versions.js';
import { createAnswerKeeper } from '../services/transactions/answer-keeper.js';
import { announceDecision } from '../services/transactions/decided-notices.js';
import type { GiveWay } from './give-way.js';

const reportsOf = (alarm: Alarm, metrics: Metrics, logger: Logger): Reports => ({
  alarm,
  decided: (banner, outcome) => metrics.decisions.inc({ banner, outcome }),
  partnerAnswered: (partner, result, seconds) =>
    metrics.partnerSeconds.observe({ partner, result }, seconds),
  partnerAskedAgain: (partner, result, seconds) =>
    metrics.partnerAgainSeconds.observe({ partner, result }, seconds),
  settled: (action, result) => metrics.settlements.inc({ action, result }),
  reminded: (transactionId, number) =>
    logger.warn({ transactionId, number }, 'a review is waiting'),
});

const sparkflyOf = (config: Config): Sparkfly | undefined =>
  config.SPARKFLY_URL === undefined
    ? undefined
    : createSparkfly({
        baseUrl: config.SPARKFLY_URL,
        eventsPath: config.SPARKFLY_EVENTS_PATH,
        identity: config.SPARKFLY_IDENTITY,
        key: config.SPARKFLY_KEY ?? new Secret(''),
        settings: config.settings.sparkfly,
      });

const mailOf = ({ SMTP_URL, MAIL_FROM }: Config): Mail | undefined =>
  SMTP_URL && createMail({ url: SMTP_URL.reveal(), from: readMailbox(MAIL_FROM) });

export interface BuiltDeps {
  readonly deps: GivenDeps;
  readonly close: () => Promise<void>;
}

export interface DepsParts {
  readonly pool: Pool;
  readonly reads: Pool;
  readonly writes: Pool;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly alarm: Alarm;
  readonly controls: () => Controls;
  readonly rules: () => RulesInForce;
  readonly shippedRules: ShippedRules;
  readonly lookups: Lookups;
  readonly giveWay: Pick<GiveWay, 'isGivingWay'>;
}

/** Builds what the activities need, from the configuration. */
export const buildDeps = (config: Config, parts: DepsParts): BuiltDeps => {
  const { pool, reads, writes, logger, metrics, alarm, controls, rules, lookups } = parts;
  const { settings } = config;
  const now = () => new Date();
  const tokeniser = createTokeniser(config.cardKeys, config.partnerTokenKey);
  const partners = configurePartners(config.partners, {
    settings,
    alarm,
    customerCache: createSardineCustomerCache(writes, now),
    guestIdOf: tokeniser.guestIdOf,
    pseudonymOf: tokeniser.pseudonymOf,
  });
  const sparkfly = sparkflyOf(config);
  const onLost = () => alarm('partner_answer_lost');
  const answers = createAnswerKeeper({ db: writes, now, onLost });
  const oms = createOms({ baseUrl: config.OMS_URL, token: config.OMS_TOKEN });
  return {
    deps: {
      db: pool,
      reads,
      writes,
      vault: createVault(config.payloadKeys, (keyId) => alarm('key_missing', { keyId })),
      settings,
      controls,
      rules,
      shipped: parts.shippedRules,
      lookups,
      tokeniser,
      partners,
      sardine: partners.sardine,
      oms,
      answers,
      mail: mailOf(config),
      sparkfly,
      reports: reportsOf(alarm, metrics, logger),
      pace: createSettlePace(parts.giveWay.isGivingWay),
      announce: (notice) => void announceDecision({ db: writes }, notice).catch(() => undefined),
      now,
    },
    close: async () => {
      const voting = Object.values(partners).map((partner) => partner.close());
      await Promise.all([...voting, sparkfly?.close(), oms.close(), answers.close()]);
    },
  };
};

const ignore = (): void => undefined;

const unreported: Reports = {
  alarm: ignore,
  decided: ignore,
  partnerAnswered: ignore,
  partnerAskedAgain: ignore,
  settled: ignore,
  reminded: ignore,
};

/** Every partner and OMS at one address. No credential goes there. */
const allAt = (url: string, config: Config): Config => ({
  ...config,
  partners: mapValues(config.partners, ({ texts, secrets }) => ({
    url,
    texts,
    secrets: mapValues(secrets, () => new Secret('rehearsal')),
  })),
  OMS_URL: url,
  OMS_TOKEN: new Secret('rehearsal'),
  SPARKFLY_URL: undefined,
  SMTP_URL: undefined,
});

const mapValues = <T>(values: Readonly<Record<string, T>>, change: (value: T) => T) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

/** Orders that come meanwhile keep the other two connections for decisions. */
const rehearsedConnections = 2;

/**
 * Builds the same for a rehearsal: nothing is stored, partners and OMS are a stand-in inside this
 * process, and nothing is reported. Rejects when the process may not listen.
 */
export const buildRehearsal = async (
  config: Config,
  parts: DepsParts,
): Promise<Rehearsal & { readonly close: () => Promise<void> }> => {
  const standIn = await startStandIn();
  const { db, round, close } = createUnsaved(parts.writes, rehearsedConnections);
  const unsaved = { ...parts, pool: db, reads: db, writes: db, alarm: ignore };
  const built = buildDeps(allAt(standIn.url, config), unsaved);
  return {
    deps: { ...built.deps, announce: ignore, reports: unreported },
    round,
    close: async () => {
      close();
      await built.close();
      standIn.close();
    },
  };
};
