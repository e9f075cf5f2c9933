import { drainAifiBatch } from './aifi/drain-aifi-batch.js';
import { askAgain } from './ask-again.js';
import { readStanding, recordVerdict, recordWithdrawal, remindReviewer } from './case-keeping.js';
import { checkPartner } from './check-partner.js';
import type { ActivityDeps } from './deps.js';
import { ofOwnOrder } from './own-order.js';
import { recordDecision, recordOrReview } from './record-decision.js';
import { rehearse } from './rehearse.js';
import { score, scoreOrReview } from './score.js';
import { createScores } from './score-cache.js';
import { settleOrder } from './settle-order.js';
import { tellSardine } from './tell-sardine.js';

/** The steps that operators see by name, bound to what they need. */
export const createActivities = (parts: Omit<ActivityDeps, 'scores'>) => {
  const deps: ActivityDeps = { ...parts, scores: createScores(parts) };
  return {
    score: ofOwnOrder(scoreOrReview(deps, score(deps))),
    checkSardine: ofOwnOrder(checkPartner('sardine', deps)),
    checkYleo: ofOwnOrder(checkPartner('yleo', deps)),
    recordDecision: ofOwnOrder(recordOrReview(deps, recordDecision(deps))),
    settleOrder: ofOwnOrder(settleOrder(deps)),
    askSardineAgain: ofOwnOrder(askAgain('sardine', deps)),
    askYleoAgain: ofOwnOrder(askAgain('yleo', deps)),
    recordVerdict: ofOwnOrder(recordVerdict(deps)),
    recordWithdrawal: ofOwnOrder(recordWithdrawal(deps)),
    remindReviewer: ofOwnOrder(remindReviewer(deps)),
    readStanding: ofOwnOrder(readStanding(deps)),
    tellSardine: ofOwnOrder(tellSardine(deps)),
    drainAifiBatch: drainAifiBatch(deps),
    rehearse: rehearse(deps),
  };
};

export type Activities = ReturnType<typeof createActivities>;
