import { Hono } from 'hono';
import type { AlertEvent, AlertRule } from '../../contracts/v1/alerts.js';
import { listEvents, ListPlace, viewAlertEvent } from '../../services/alerts/events.js';
import { listRules, viewAlertRule } from '../../services/alerts/rules.js';
import { readCursor } from '../../services/cursor.js';
import { allow, isAllowed } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { printWhole } from '../../domain/case/figures.js';
import { Ago, lengthText } from '../parts/format.js';
import { StateMark } from '../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../parts/table.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';

const family = 'own';
const eventsOnPage = 50;
const rulesMax = 100;
const secondMs = 1000;

const metricWords = {
  declined_orders: 'Declined orders',
  reviews_by_sales_rep: 'Reviews of one sales person',
  settlements_late: 'Late settlements',
} as const;

const metricText = ({ metricType, subject }: Pick<AlertEvent, 'metricType' | 'subject'>): string =>
  subject === null ? metricWords[metricType] : `${metricWords[metricType]} by ${subject}`;

const eventColumns = (now: Date, zone: string): readonly Column<AlertEvent>[] => [
  { heading: 'Rule', isName: true, isNarrow: true, cell: ({ ruleName }) => ruleName },
  { heading: 'Counts', isNarrow: true, cell: metricText },
  { heading: 'Counted', isNumber: true, cell: ({ quantity }) => printWhole(quantity) },
  {
    heading: 'Raised',
    isNarrow: true,
    cell: ({ createdAt }) => <Ago at={new Date(createdAt)} now={now} zone={zone} />,
  },
  { heading: 'More since', isNumber: true, cell: (event) => printWhole(event.suppressedCount) },
  {
    heading: 'Mail',
    isNarrow: true,
    cell: ({ notificationsSent }) => (
      <StateMark is={notificationsSent ? 'ok' : 'none'}>
        {notificationsSent ? 'Sent' : 'Not sent'}
      </StateMark>
    ),
  },
];

const ruleColumns: readonly Column<AlertRule>[] = [
  { heading: 'Rule', isName: true, isNarrow: true, cell: ({ name }) => name },
  { heading: 'Counts', isNarrow: true, cell: metricText },
  { heading: 'Alert from', isNumber: true, cell: ({ quantity }) => printWhole(quantity) },
  { heading: 'Within', isNarrow: true, cell: (rule) => lengthText(rule.timePeriod * secondMs) },
  { heading: 'Changed by', isNarrow: true, cell: ({ author }) => author },
];

/** Alerts of Verdict's own rules; the rules themselves only for those who may change them. */
export const alertPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/alerts', allow('analyst', 'reviewer'), async (c) => {
    const call = callOf(deps, c);
    const place = readCursor(ListPlace, c.req.query('cursor') ?? '');
    const writes = isAllowed(c.get('session').account, ['analyst']);
    const [events, rules, state] = await Promise.all([
      listEvents(
        call,
        { family },
        { asOf: place?.asOf, offset: place?.offset ?? 0, limit: eventsOnPage },
      ),
      writes ? listRules(call, family, { asOf: undefined, offset: 0, limit: rulesMax }) : undefined,
      loadSideState(deps, c),
    ]);
    const { zone } = preferencesOf(c);
    const main = (
      <PanelsMain
        title="Alerts"
        lead={
          events?.total ? `${printWhole(events.total)} raised so far` : 'None was raised so far'
        }
      >
        <TablePanel
          id="events"
          title="Alerts, newest first"
          columns={eventColumns(call.now, zone)}
          rows={events?.items.map(viewAlertEvent) ?? []}
          empty="No alert was raised. One shows up when a rule counts more than it allows."
          foot={
            events?.nextCursor && (
              <a href={`/console/alerts?cursor=${encodeURIComponent(events.nextCursor)}`}>
                Older alerts
              </a>
            )
          }
        />
        {rules && (
          <TablePanel
            id="rules"
            title="Rules"
            columns={ruleColumns}
            rows={rules.items.map(viewAlertRule)}
            empty="There is no rule. An analyst creates one through the API."
          />
        )}
      </PanelsMain>
    );
    return renderPage(c, { title: 'Alerts', section: 'alerts', state, main });
  });
