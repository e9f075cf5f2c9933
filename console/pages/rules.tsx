import { Hono } from 'hono';
import type { Rule } from '../../contracts/rules.js';
import type {
  RuleSetDraft,
  RuleSetInForce,
  RuleSetPublication,
} from '../../contracts/v1/rule-sets.js';
import { listDrafts } from '../../services/rule-sets/drafts.js';
import { readRulesInForce } from '../../services/rule-sets/in-force.js';
import { listPublications } from '../../services/rule-sets/versions.js';
import { allow } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { Age, Ago } from '../parts/format.js';
import { StateMark, Unsaid } from '../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../parts/table.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { counted } from '../words.js';

const Mode = ({ rule: { enabled, mode, rollout } }: { rule: Rule }) => {
  if (!enabled) return <StateMark is="none">Off</StateMark>;
  if (mode === 'shadow') return <StateMark is="none">In shadow</StateMark>;
  return (
    <StateMark is="ok">
      {rollout === undefined ? 'Live' : `Live for ${rollout.percent} %`}
    </StateMark>
  );
};

const pointsText = ({ cases }: Rule): string =>
  cases
    .map(({ points, hard }) => {
      if (hard === undefined) return String(points);
      return points === 0 ? `hard ${hard}` : `${points} and hard ${hard}`;
    })
    .join(', ');

const ruleColumns: readonly Column<Rule>[] = [
  {
    heading: 'Rule',
    isName: true,
    isNarrow: true,
    cell: ({ id, name }) => (
      <a href={`/console/queue?rule=${encodeURIComponent(id)}`} title="Open cases with this rule">
        {id} {name}
      </a>
    ),
  },
  { heading: 'State', isNarrow: true, cell: (rule) => <Mode rule={rule} /> },
  { heading: 'Points by case', isNarrow: true, cell: pointsText },
  { heading: 'When', cell: ({ cases }) => <code>{cases[0]?.when}</code> },
];

const publicationColumns = (now: Date, zone: string): readonly Column<RuleSetPublication>[] => [
  {
    heading: 'Rule set',
    isName: true,
    isNarrow: true,
    cell: ({ version }) => `Version ${version}`,
  },
  {
    heading: 'In force',
    isNarrow: true,
    cell: ({ publishedAt }) => (
      <span>
        since <Age at={new Date(publishedAt)} now={now} zone={zone} />
      </span>
    ),
  },
  { heading: 'By', isNarrow: true, cell: ({ author }) => author },
  { heading: 'Why', cell: ({ note }) => (note === '' ? <Unsaid>no note</Unsaid> : note) },
];

const draftColumns = (now: Date, zone: string): readonly Column<RuleSetDraft>[] => [
  {
    heading: 'Draft',
    isName: true,
    cell: ({ draftId, name }) => <a href={`/console/drafts/${draftId}`}>{name}</a>,
  },
  {
    heading: 'Based on',
    isNarrow: true,
    cell: ({ baseVersion }) => (baseVersion === 0 ? 'the shipped rules' : `version ${baseVersion}`),
  },
  {
    heading: 'Changed',
    isNarrow: true,
    cell: ({ updatedAt }) => <Ago at={new Date(updatedAt)} now={now} zone={zone} />,
  },
  { heading: 'By', isNarrow: true, cell: ({ editors }) => editors.join(', ') },
];

const leadOf = ({ version, rules }: RuleSetInForce): string => {
  const name = version === 0 ? 'The shipped rule set' : `Version ${version}`;
  return rules === null ? `${name} is in force` : `${name} is in force: ${counted(rules, 'rule')}`;
};

/** The rules in force, and which rule set came into force when. */
export const rulePages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/rules', allow('analyst', 'reviewer', 'operator'), async (c) => {
    const call = callOf(deps, c);
    const [{ inForce, rules }, publications, drafts, state] = await Promise.all([
      readRulesInForce(call, deps.shippedRules),
      listPublications(call),
      listDrafts(call, 'open'),
      loadSideState(deps, c),
    ]);
    const { zone } = preferencesOf(c);
    const main = (
      <PanelsMain title="Rules" lead={leadOf(inForce)}>
        <TablePanel
          id="rules"
          title="Rules in force"
          columns={ruleColumns}
          rows={rules ?? []}
          empty="This release cannot read the rules in force: a newer one wrote them."
        />
        <TablePanel
          id="drafts"
          title="Open drafts, latest change first"
          columns={draftColumns(call.now, zone)}
          rows={drafts}
          empty="No draft is open. An analyst makes one through the API, or learns points."
        />
        <TablePanel
          id="publications"
          title="Publications, newest first"
          columns={publicationColumns(call.now, zone)}
          rows={publications}
          empty="No rule set was published: the shipped one is in force."
        />
      </PanelsMain>
    );
    return renderPage(c, { title: 'Rules', section: 'rules', state, main });
  });
