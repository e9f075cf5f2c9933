import { Hono } from 'hono';
import { readGuard } from '../../services/flag-guard/view.js';
import { allow } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { GuardMain } from './flag-guard/main.js';

/** How many orders the rules in force flag, against what was expected, and what follows. */
export const flagGuardPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/flag-guard', allow('analyst', 'lead', 'operator'), async (c) => {
    const call = callOf(deps, c);
    const [guard, state] = await Promise.all([
      readGuard({ ...call, shipped: deps.shippedRules }),
      loadSideState(deps, c),
    ]);
    const { zone } = preferencesOf(c);
    const main = <GuardMain {...{ guard, zone, now: call.now }} />;
    return renderPage(c, { title: 'Flag guard', section: 'flag-guard', state, main });
  });
