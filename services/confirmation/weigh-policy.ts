import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Policy } from '../../contracts/policy.js';
import type { Settings } from '../../contracts/settings.js';
import type { AnswerFigures } from '../../contracts/v1/confirmation.js';
import type { Queryable } from '../../db/pool.js';
import { canonicalJson } from '../../domain/canonical-json.js';
import { isVoteUnknown, recombine } from '../../domain/backtest/recombine.js';
import { isMuch } from '../../domain/confirmation/is-much.js';
import { confirmValue } from './confirm-value.js';
import { countAnswers } from './count-answers.js';
import type { Weighed } from './weigh-rules.js';

export interface PolicyToWeigh {
  readonly banner: Banner;
  readonly inForce: { readonly version: number; readonly policy: Policy };
  readonly policy: Policy;
  readonly now: Date;
}

/**
 * What a banner's answers of the last day would have been under another policy, by the votes that
 * are stored. Throws `TemporarilyUnavailable`.
 */
export const countUnderPolicy = (
  db: Queryable,
  settings: Settings,
  { banner, inForce, policy, now }: PolicyToWeigh,
): Promise<AnswerFigures> =>
  countAnswers(db, settings.confirmation, {
    now,
    banner,
    unknownBecause: 'a partner was not asked then, and its answer would count now',
    reanswer: (order) => {
      if (isVoteUnknown(order, inForce.policy, policy)) return Promise.resolve(undefined);
      const [was, would] = [
        recombine(order, inForce.policy, settings),
        recombine(order, policy, settings),
      ];
      return Promise.resolve({ was, would });
    },
  });

/** Whether a policy needs a confirmation; one that is given is taken. */
export const weighPolicy = async (
  db: Queryable,
  settings: Settings,
  { confirm: given, ...change }: PolicyToWeigh & { readonly confirm: string | undefined },
): Promise<Weighed> => {
  const { banner, inForce, policy } = change;
  const parts = [inForce.policy, policy].map(canonicalJson);
  const confirm = confirmValue('policy', banner, inForce.version, ...parts);
  if (given === confirm) return { isNeeded: false };
  const figures = { rules: null, answers: await countUnderPolicy(db, settings, change) };
  const isNeeded = isMuch(figures, settings.confirmation);
  return isNeeded ? { isNeeded, confirm, figures } : { isNeeded };
};
