import { createRuleGuard } from '../../services/rule-sets/guard.js';

/** One guard for the whole file; an idle one keeps no process alive. */
export const guard = createRuleGuard({ timeLimitMs: 20_000 });
