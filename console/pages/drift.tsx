import { Hono } from 'hono';
import { banners } from '../../contracts/hbc/transaction.js';
import { driftKinds } from '../../contracts/v1/drift.js';
import { readRulesInForce } from '../../services/rule-sets/in-force.js';
import { readDrift } from '../../services/drift/report.js';
import { allow } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { loadSideState } from '../side-state.js';
import { DriftMain } from './drift/main.js';

/** How orders, rules and partners of this week differ from those of the four weeks before. */
export const driftPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/drift', allow('analyst', 'lead', 'operator'), async (c) => {
    const call = callOf(deps, c);
    const banner = banners.find((one) => one === c.req.query('banner'));
    const kind = driftKinds.find((one) => one === c.req.query('kind'));
    const [report, { rules }, state] = await Promise.all([
      readDrift(call, { banner }),
      readRulesInForce(call, deps.shippedRules),
      loadSideState(deps, c),
    ]);
    const names = new Map((rules ?? []).map(({ id, name }) => [id, name]));
    const main = <DriftMain {...{ report, banner, kind, names }} />;
    return renderPage(c, { title: 'Drift', section: 'drift', state, main });
  });
