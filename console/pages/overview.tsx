import { Hono } from 'hono';
import type { Overview } from '../../contracts/v1/overview.js';
import { readOverview } from '../../services/overview/overview.js';
import { listPartners } from '../../services/partners/health.js';
import { allow } from '../access.js';
import { type Account, callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { clockTime, Time } from '../parts/format.js';
import { Icon } from '../parts/icon.js';
import { Notice } from '../parts/notices.js';
import { preferencesOf } from '../preferences.js';
import { sectionsOf } from '../sections.js';
import { loadSideState } from '../side-state.js';
import { Figures } from './overview/figures.js';
import { type Finding, findingsOf } from './overview/findings.js';
import {
  AgesPanel,
  FindingsPanel,
  MoneyPanel,
  OrdersPanel,
  PartnersPanel,
  ReviewsPanel,
} from './overview/panels.js';

/** Whether an account may open a page of the console, by its address. */
const opensFor = (account: Account) => {
  const paths = new Set(sectionsOf(account).map(({ path }) => path));
  return (address: string): boolean => paths.has(address.split('?')[0] ?? '');
};

const dayText = (at: Date, zone: string): string =>
  at.toLocaleDateString('en-US', {
    ...{ timeZone: zone, weekday: 'long', month: 'short', day: 'numeric' },
  });

/** The gravest finding, unless it is only late work at the desk. */
const WorstNotice = (props: { finding: Finding | undefined; mayOpen: (to: string) => boolean }) => {
  const { finding, mayOpen } = props;
  if (finding === undefined || finding.is === 'overdue') return null;
  const [path, words] = finding.way;
  return (
    <Notice
      is={finding.is}
      icon={finding.is}
      aside={mayOpen(path) ? <a href={path}>{words}</a> : undefined}
    >
      <b>{finding.title}.</b> {finding.advice}
    </Notice>
  );
};

const Main = (props: {
  overview: Overview;
  partners: Awaited<ReturnType<typeof listPartners>>;
  findings: readonly Finding[];
  mayOpen: (path: string) => boolean;
  zone: string;
}) => {
  const { overview, partners, findings, mayOpen, zone } = props;
  const asOf = new Date(overview.asOf);
  const hasQueue = mayOpen('/console/queue');
  return (
    <main class="page" id="main">
      <div class="page-head">
        <h1>Overview</h1>
        <p class="soft">
          {dayText(asOf, zone)}, as of{' '}
          <Time at={asOf} zone={zone}>
            {clockTime(asOf, zone).slice(0, 5)}
          </Time>
        </p>
        <div class="aside">
          <a class="btn" href="/console/overview">
            <Icon of="undo" />
            Count again
          </a>
        </div>
      </div>
      <div class="stack">
        <WorstNotice finding={findings[0]} mayOpen={mayOpen} />
        <Figures
          overview={overview}
          hasQueue={hasQueue}
          hasOperations={mayOpen('/console/operations')}
        />
      </div>
      <div class="dash-grid">
        <OrdersPanel orders={overview.orders} zone={zone} />
        <ReviewsPanel reviews={overview.reviews} zone={zone} />
        <AgesPanel cases={overview.cases} hasQueue={hasQueue} />
        <PartnersPanel partners={partners} />
        <FindingsPanel findings={findings} mayOpen={mayOpen} />
        <MoneyPanel amounts={overview.amounts} />
      </div>
    </main>
  );
};

/** What is wrong now, what the last 24 hours brought, and what waits. */
export const overviewPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/overview', allow('lead', 'analyst', 'operator'), async (c) => {
    const call = callOf(deps, c);
    const [overview, partners, state] = await Promise.all([
      readOverview(call),
      listPartners(call, { configured: deps.configuredPartners }),
      loadSideState(deps, c),
    ]);
    const main = (
      <Main
        {...{ overview, partners }}
        findings={findingsOf(overview, partners, deps.settings.oms.settlementLateAfterMs)}
        mayOpen={opensFor(c.get('session').account)}
        zone={preferencesOf(c).zone}
      />
    );
    return renderPage(c, { title: 'Overview', section: 'overview', state, main });
  });
