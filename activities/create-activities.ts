import { drainAifiBatch } from './aifi/drain-aifi-batch.js';
import { askAgain } from './ask-again.js';
import { readStanding, recordVerdict, recordWithdrawal, remindReviewer } from './case-keeping.js';
import { checkPartner } from './check-partner.js';
import type { ActivityDeps } from './deps.js';
import { recordDecision } from './record-decision.js';
import { rehearse } from './rehearse.js';
import { score } from './score.js';
import { createScores } from './scored.js';
import { settleOrder } from './settle-order.js';
import { tellSardine } from './tell-sardine.js';

/** The steps that operators see by name, bound to what they need. */
export const createActivities = (parts: Omit<ActivityDeps, 'scores'>) => {
  const deps: ActivityDeps = { ...parts, scores: createScores(parts) };
  return {
    score: score(deps),
    checkSardine: checkPartner('sardine', deps),
    checkYleo: checkPartner('yleo', deps),
    recordDecision: recordDecision(deps),
    settleOrder: settleOrder(deps),
    askSardineAgain: askAgain('sardine', deps),
    askYleoAgain: askAgain('yleo', deps),
    recordVerdict: recordVerdict(deps),
    recordWithdrawal: recordWithdrawal(deps),
    remindReviewer: remindReviewer(deps),
    readStanding: readStanding(deps),
    tellSardine: tellSardine(deps),
    drainAifiBatch: drainAifiBatch(deps),
    rehearse: rehearse(deps),
  };
};

export type Activities = ReturnType<typeof createActivities>;
