import { drainAifiBatch } from './aifi/drain-aifi-batch.js';
import { type VotingPartner, votingPartners } from '../contracts/voting-partners.js';
import { capitalised } from '../domain/capitalised.js';
import { askAgain, type AskAgainDeps } from './ask-again.js';
import { readStanding, recordVerdict, recordWithdrawal, remindReviewer } from './case-keeping.js';
import { checkPartner } from './check-partner.js';
import type { ActivityDeps, GivenDeps } from './deps.js';
import { createJustDecided } from './just-decided.js';
import { ofOwnOrder } from './own-order.js';
import { recordDecision, recordOrReview } from './record-decision.js';
import { score, scoreOrReview } from './score.js';
import { createScores } from './score-cache.js';
import { settleAtOnce, settleOrder } from './settle-order.js';
import { tellSardine } from './tell-sardine.js';

type Check = ReturnType<typeof checkPartner>;
type AskAgain = ReturnType<typeof askAgain>;

/** `checkSardine` and so on: one per partner, configured or not. */
const checksOf = (deps: ActivityDeps) =>
  Object.fromEntries(
    votingPartners.map((name) => [
      `check${capitalised(name)}`,
      ofOwnOrder(checkPartner(name, deps)),
    ]),
  ) as { readonly [Name in VotingPartner as `check${Capitalize<Name>}`]: Check };

/** `askSardineAgain` and so on, which run on a task queue of their own. */
export const createAskAgainActivities = (deps: AskAgainDeps) =>
  Object.fromEntries(
    votingPartners.map((name) => [
      `ask${capitalised(name)}Again`,
      ofOwnOrder(askAgain(name, deps)),
    ]),
  ) as { readonly [Name in VotingPartner as `ask${Capitalize<Name>}Again`]: AskAgain };

export type AskAgainActivities = ReturnType<typeof createAskAgainActivities>;

/** The other activities, bound to their dependencies. Operators see them by name. */
export const createActivities = (parts: GivenDeps) => {
  const deps: ActivityDeps = {
    ...parts,
    scores: createScores(parts),
    justDecided: createJustDecided(),
  };
  return {
    score: ofOwnOrder(scoreOrReview(deps, score(deps))),
    ...checksOf(deps),
    recordDecision: ofOwnOrder(recordOrReview(deps, recordDecision(deps))),
    settleOrder: ofOwnOrder(settleOrder(deps)),
    settleAtOnce: ofOwnOrder(settleAtOnce(deps)),
    recordVerdict: ofOwnOrder(recordVerdict(deps)),
    recordWithdrawal: ofOwnOrder(recordWithdrawal(deps)),
    remindReviewer: ofOwnOrder(remindReviewer(deps)),
    readStanding: ofOwnOrder(readStanding(deps)),
    tellSardine: ofOwnOrder(tellSardine(deps)),
    drainAifiBatch: drainAifiBatch(deps),
  };
};

export type Activities = ReturnType<typeof createActivities>;
