import { Hono } from 'hono';
import type { Policy } from '../../contracts/policy.js';
import type { PolicyVersion } from '../../contracts/v1/policies.js';
import { printAmount } from '../../domain/case/figures.js';
import { listPolicies } from '../../services/policies/versions.js';
import { allow } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { Age } from '../parts/format.js';
import { Unsaid } from '../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../parts/table.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { bannerWords } from '../words.js';

const rejectWords = ({ automaticReject, reviewedRejectShare: share }: Policy): string => {
  if (automaticReject === 'review') return 'Go to a reviewer first';
  const percent = Math.round(10_000 * share) / 100;
  return share === 0 ? 'Act at once' : `Act at once; ${percent} % go to a reviewer`;
};

const columnsOf = (
  deps: ConsoleDeps,
  now: Date,
  zone: string,
): readonly Column<PolicyVersion>[] => [
  { heading: 'Banner', isName: true, isNarrow: true, cell: ({ banner }) => bannerWords[banner] },
  {
    heading: 'Version',
    isNarrow: true,
    cell: ({ version }) => (version === 0 ? 'The settings file' : version),
  },
  {
    heading: 'Partners have',
    isNumber: true,
    cell: ({ policy: { budgetMs } }) => (budgetMs === null ? 'the whole budget' : `${budgetMs} ms`),
  },
  {
    heading: 'Rejects',
    isNarrow: true,
    cell: ({ policy }) => rejectWords(policy),
  },
  {
    heading: 'Accepts',
    isNarrow: true,
    cell: ({ policy }) => (policy.reviewAll ? 'All go to a reviewer' : 'Act at once'),
  },
  {
    heading: 'Accepted in an outage',
    isNumber: true,
    cell: ({ banner, policy: { outage } }) =>
      outage.maxAutoAccept === 0
        ? 'nothing'
        : `up to ${printAmount(outage.maxAutoAccept)} ${deps.settings.banners[banner].currency}`,
  },
  {
    heading: 'Published',
    isNarrow: true,
    cell: ({ publishedAt, author }) =>
      publishedAt === null ? (
        <Unsaid>never</Unsaid>
      ) : (
        <span>
          <Age at={new Date(publishedAt)} now={now} zone={zone} /> ago by {author}
        </span>
      ),
  },
];

/** The policy in force of each banner. */
export const policyPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/policies', allow('analyst', 'reviewer', 'operator'), async (c) => {
    const call = callOf(deps, c);
    const [policies, state] = await Promise.all([
      listPolicies(call, deps.policyDefaults),
      loadSideState(deps, c),
    ]);
    const { zone } = preferencesOf(c);
    const main = (
      <PanelsMain title="Policies" lead="How each banner decides, besides its rules">
        <TablePanel
          id="policies"
          title="In force"
          columns={columnsOf(deps, call.now, zone)}
          rows={policies}
          empty="There is no banner."
        />
      </PanelsMain>
    );
    return renderPage(c, { title: 'Policies', section: 'policies', state, main });
  });
