import { randomUUID } from 'node:crypto';
import type { NewPointsFit, PointsFitSummary } from '../../contracts/v1/points-fits.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { findFit, type FitRequest, insertFit } from '../../db/points-fits.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { dayMs } from '../../domain/utc-day.js';
import { type Context, system } from '../context.js';
import { findTextInForce } from '../rule-sets/in-force.js';
import type { ShippedRules } from '../rule-sets/versions.js';
import { startOrFail } from '../start-or-fail.js';
import { summaryOf } from './read.js';
import { endPointsFit } from './run.js';

type CreateContext = Context<'actor' | 'now', Pool> & { readonly shipped: ShippedRules };

/** A year, and the rest of a quarterly report; as for backtests. */
const daysMax = 400;
/** Fewer days than these would fit points to the mood of a week. */
const fittedDaysMin = 14;

type Created =
  | { readonly kind: 'created'; readonly fit: PointsFitSummary }
  | { readonly kind: 'wrong_period'; readonly field: 'from' | 'cut'; readonly message: string };

const wrongPeriod = (
  { from, cut, maturityDays, heldOutDays }: FitRequest,
  now: Date,
): Created | undefined => {
  const wrong = (field: 'from' | 'cut', message: string): Created => ({
    ...{ kind: 'wrong_period', field, message },
  });
  if (cut > now) return wrong('cut', 'must not be in the future');
  const days = (cut.getTime() - from.getTime()) / dayMs;
  if (days > daysMax) return wrong('from', `must be at most ${daysMax} days before the cut`);
  const least = fittedDaysMin + heldOutDays + maturityDays;
  return days < least ? wrong('from', `must be at least ${least} days before the cut`) : undefined;
};

/** Stores a fit of the rules in force; later publications do not affect it. It is not started. */
export const createPointsFit = async (
  { db: pool, actor, now, shipped }: CreateContext,
  wanted: NewPointsFit,
): Promise<Created> => {
  const request: FitRequest = {
    ...wanted,
    from: new Date(wanted.from),
    cut: wanted.cut === undefined ? now : new Date(wanted.cut),
    banner: wanted.banner ?? null,
    note: maskReason(wanted.note),
  };
  const wrong = wrongPeriod(request, now);
  if (wrong !== undefined) return wrong;
  const inForce = await findTextInForce({ db: pool }, shipped);
  const fitId = randomUUID();
  const fit = await inTransaction(pool, async (db) => {
    const { text, hash, version: baseVersion } = inForce;
    const author = actor.name;
    await insertFit(db, { fitId, text, hash, baseVersion, request, author, createdAt: now });
    await insertAudit(db, {
      ...{ actor: author, action: 'points_fit.created', object: `points-fit:${fitId}`, at: now },
      details: { baseVersion, hash, ...request },
    });
    const stored = await findFit(db, fitId);
    if (stored === undefined) throw new Error('a fit that was just stored is not there');
    return summaryOf(stored);
  });
  return { kind: 'created', fit };
};

/** The workflows of fits, as `temporal/` starts and cancels them. */
export interface FitWorkflows {
  readonly start: (fitId: string) => Promise<void>;
  readonly cancel: (fitId: string) => Promise<void>;
}

/**
 * Stores a fit of the rules in force and starts it. Throws what the start throws; the fit has
 * failed then.
 */
export const startPointsFit = async (
  context: CreateContext & { readonly learnedPoints: Pick<FitWorkflows, 'start'> },
  wanted: NewPointsFit,
): Promise<Created> => {
  const created = await createPointsFit(context, wanted);
  if (created.kind !== 'created') return created;
  const { fitId } = created.fit;
  await startOrFail(
    () => context.learnedPoints.start(fitId),
    () => endPointsFit({ ...context, actor: system }, { fitId, state: 'failed' }),
  );
  return created;
};

/** Cancels a fit; one that has ended stays as it is. Undefined when there is none. */
export const cancelPointsFit = async (
  context: Context<'actor' | 'now', Pool> & {
    readonly learnedPoints: Pick<FitWorkflows, 'cancel'>;
  },
  fitId: string,
  note: string,
): Promise<PointsFitSummary | undefined> => {
  const fit = await endPointsFit(context, { fitId, state: 'cancelled', note });
  if (fit?.state === 'cancelled') await context.learnedPoints.cancel(fitId);
  return fit;
};
