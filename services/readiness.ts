import type { VotingPartner } from '../contracts/voting-partners.js';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { type ReadyPart, readyParts } from '../contracts/v1/readiness.js';
import { findLatestReport } from '../db/partner-reports.js';
import type { Pool, Queryable } from '../db/pool.js';
import { findLatestPublication } from '../db/rule-sets.js';
import { countMissingMigrations } from '../db/schema-state.js';
import type { Context } from './context.js';
import { type LoadedVersions, loadVersion, type ShippedRules } from './rule-sets/versions.js';

/** True when Postgres answers a trivial query. Never throws. */
const isDatabaseReachable = async (db: Queryable): Promise<boolean> => {
  try {
    await db.query('select 1');
    return true;
  } catch {
    return false;
  }
};

/** A part that is not ready, and why. */
interface NotReady {
  readonly part: ReadyPart;
  readonly reason: string;
}

/** The state of the orders' task queue in Temporal. */
export type QueueState =
  | { readonly kind: 'away' }
  | { readonly kind: 'no_namespace' }
  /** `polledAt`: when a worker last polled; undefined when none has for minutes. */
  | { readonly kind: 'seen'; readonly polledAt: Date | undefined };

/** Checks run repeatedly, so the clock is a function. */
type ReadinessContext = Context<'vault', Pool> & {
  readonly shippedRules: ShippedRules;
  readonly configuredPartners: readonly VotingPartner[];
  readonly readQueueState: () => Promise<QueueState>;
  readonly now: () => Date;
};

/** An idle worker polls once a minute, and Temporal reports whole seconds. */
const polledForMs = 75_000;

/** Workers with partners also report on these every six seconds or sooner. */
const reportedForMs = 15_000;

const notReady = (part: ReadyPart, reason: string): NotReady[] => [{ part, reason }];

const schemaFaults = async (pool: Pool): Promise<NotReady[]> => {
  const missing = await countMissingMigrations(pool);
  if (missing === 0) return [];
  const what =
    missing === undefined ? 'the database is empty' : `the database lacks ${missing} migrations`;
  return notReady('schema', `${what}: run npm run migrate`);
};

const workerFaults = (
  queue: QueueState,
  reportedAt: Date | undefined,
  { configuredPartners, now }: ReadinessContext,
): NotReady[] => {
  if (queue.kind === 'away') return notReady('temporal', 'Temporal does not answer');
  if (queue.kind === 'no_namespace') {
    return notReady('temporal', 'Temporal has no namespace of the name that is set');
  }
  const ageMs = (at: Date | undefined) => now().getTime() - (at?.getTime() ?? 0);
  const isSilent =
    configuredPartners.length > 0 && reportedAt !== undefined && ageMs(reportedAt) > reportedForMs;
  return isSilent || ageMs(queue.polledAt) > polledForMs
    ? notReady('worker', 'no worker asks for orders')
    : [];
};

/** Reads each published version once; the process has read the shipped rules at its start. */
const createRulesCheck = ({ db, shippedRules }: ReadinessContext) => {
  const shipped = { version: 0, ruleSet: shippedRules.ruleSet };
  const loaded: LoadedVersions = new Map();
  return async (): Promise<NotReady[]> => {
    const version = (await findLatestPublication(db))?.version ?? 0;
    try {
      if ((await loadVersion({ db }, shipped, loaded, version)) !== undefined) return [];
    } catch (error) {
      if (error instanceof TemporarilyUnavailable) throw error;
    }
    return notReady('rules', 'the rules in force cannot be read');
  };
};

const keyFaults = ({ vault }: ReadinessContext): NotReady[] => {
  try {
    if (vault.open(vault.seal('ready', 'readyz'), 'readyz') === 'ready') return [];
  } catch {
    // Reported below, without the cause, which may name a key.
  }
  return notReady('keys', 'what is sealed with the payload keys cannot be opened');
};

/** How long a result is reused: several kinds of probes run side by side. */
const freshMs = 1000;

/**
 * Returns what keeps an order from being decided now, in the order of `readyParts`; empty when all
 * parts are ready. Leaves out what cannot be known while Postgres or Temporal is down.
 */
export const createReadinessCheck = (
  context: ReadinessContext,
): (() => Promise<readonly NotReady[]>) => {
  const rulesFaults = createRulesCheck(context);
  const stored = async (): Promise<NotReady[]> => {
    const faults = await schemaFaults(context.db);
    return faults.length > 0 ? faults : rulesFaults();
  };
  const check = async (): Promise<readonly NotReady[]> => {
    const [isReachable, queue] = await Promise.all([
      isDatabaseReachable(context.db),
      context.readQueueState(),
    ]);
    const away = notReady('postgres', 'Postgres does not answer');
    const ofStore = isReachable ? await stored().catch(() => away) : away;
    const isSound = ofStore.length === 0;
    const reportedAt = isSound
      ? await findLatestReport(context.db).catch(() => undefined)
      : undefined;
    const faults = [...ofStore, ...workerFaults(queue, reportedAt, context), ...keyFaults(context)];
    const places = new Map(readyParts.map((part, place) => [part, place]));
    return faults.toSorted(
      (one, other) => (places.get(one.part) ?? 0) - (places.get(other.part) ?? 0),
    );
  };
  let latest: { readonly atMs: number; readonly answer: Promise<readonly NotReady[]> } | undefined;
  return () => {
    const nowMs = performance.now();
    if (latest === undefined || nowMs - latest.atMs > freshMs) {
      latest = { atMs: nowMs, answer: check() };
    }
    return latest.answer;
  };
};
