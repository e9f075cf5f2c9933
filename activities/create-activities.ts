import { recordVerdict, remindReviewer } from './case-keeping.js';
import { checkPartner } from './check-partner.js';
import type { ActivityDeps } from './deps.js';
import { recordDecision } from './record-decision.js';
import { score } from './score.js';
import { createScores } from './scored.js';
import { settleOrder } from './settle-order.js';

/** The steps that operators see by name, bound to what they need. */
export const createActivities = (parts: Omit<ActivityDeps, 'scores'>) => {
  const deps: ActivityDeps = { ...parts, scores: createScores(parts) };
  return {
    score: score(deps),
    checkSardine: checkPartner('sardine', deps),
    checkYleo: checkPartner('yleo', deps),
    recordDecision: recordDecision(deps),
    settleOrder: settleOrder(deps),
    recordVerdict: recordVerdict(deps),
    remindReviewer: remindReviewer(deps),
  };
};

export type Activities = ReturnType<typeof createActivities>;
