import { Hono } from 'hono';
import { isStorable } from '../../contracts/faults.js';
import { type RuleTry, RuleToTry } from '../../contracts/v1/rules.js';
import { acting, atPresent } from '../../services/context.js';
import { explainDecision, noteOpening } from '../../services/rule-sets/explain.js';
import { type TriedOn, tryRule } from '../../services/rule-sets/try.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault, tryAgain } from '../faults.js';
import { parsed } from '../parsed.js';
import { readJson } from '../read-json.js';

const undecided = () => fault(404, 'unknown_transaction', 'no such transaction has a decision');

const answerOf = (tried: TriedOn): RuleTry => {
  switch (tried.kind) {
    case 'tried':
      return tried.answer;
    case 'bad_transaction':
      throw badRequest(tried.faults);
    case 'unknown_transaction':
      throw undecided();
    case 'overloaded':
      throw tryAgain('too many rules are being tried; send the same request again');
    default:
      return tried satisfies never;
  }
};

/** Rules at work: a rule tried on one order, and what the rules said of a decided one. */
export const ruleRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const { shippedRules: shipped, ruleGuard: guard } = deps;
  return new Hono<ApiEnv>()
    .post('/v1/rules/try', authorise(authenticate, ['analyst']), async (c) => {
      const given = parsed(RuleToTry, await readJson(c));
      const context = { ...atPresent(deps), shipped, guard };
      return c.json(answerOf(await tryRule(context, given)));
    })
    .get(
      '/v1/transactions/:transactionId/explanation',
      authorise(authenticate, ['reviewer', 'analyst', 'operator']),
      async (c) => {
        const id = c.req.param('transactionId');
        const explained = isStorable(id)
          ? await explainDecision({ ...deps, shipped }, id)
          : undefined;
        if (explained === undefined) throw undecided();
        const opened = { what: 'explanation', transactionId: id } as const;
        await noteOpening(acting(deps, c.get('holder')), opened);
        return c.json(explained);
      },
    );
};
