import { createRuleGuard } from '../../services/rule-sets/guard.js';

/** One for the whole file; an idle one keeps no process alive. */
export const guard = createRuleGuard({ timeLimitMs: 20_000 });
