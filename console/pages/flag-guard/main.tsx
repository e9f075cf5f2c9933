import { printShare } from '../../../domain/case/figures.js';
import type { GuardedRules, GuardView } from '../../../services/flag-guard/view.js';
import { Age, Ago } from '../../parts/format.js';
import { StateMark } from '../../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../../parts/table.js';
import { bannerWords, counted } from '../../words.js';
import { BannersPanel, type BannerFlags, shareOf } from './banners.js';
import { RuleSetLink, ruleSetTitle } from './rule-set.js';

interface GuardProps {
  readonly guard: GuardView;
  readonly now: Date;
  readonly zone: string;
}

type FallBack = GuardView['fallBacks'][number];

const flaggedWords = ({ flagged, orders, banner }: FallBack): string =>
  `flagged ${flagged} of the latest ${counted(orders, 'order')} of ${bannerWords[banner]}`;

/** What a person can expect of the guard, and do themselves. */
const AfterAlarm = ({ flags, rules }: { flags: BannerFlags; rules: GuardedRules }) => {
  const { returning } = rules;
  if (!flags.fallBack) return <>The policy asks for an alarm and nothing else.</>;
  if (returning === 'known') {
    return <>These rules stay: they had been in force before, so somebody wanted them again.</>;
  }
  if (returning === 'too_late') {
    return <>These rules stay: after a day in force, it is the orders that have changed.</>;
  }
  return (
    <>
      <RuleSetLink version={returning} /> comes back within two minutes if it flags at most half as
      many of these orders; otherwise the orders have changed, and these rules stay.
    </>
  );
};

const Alarm = ({ flags, rules }: { flags: BannerFlags; rules: GuardedRules }) => {
  const { banner, orders, expected, limit } = flags;
  return (
    <div class="alarm">
      <StateMark is="reject" icon="bell" />
      <b>
        {bannerWords[banner]}: {printShare(shareOf(flags) ?? 0)} of the latest{' '}
        {counted(orders, 'order')} are flagged
      </b>
      <span class="do">
        {printShare((expected && shareOf(expected)) ?? 0)} were expected, and{' '}
        {printShare(limit ?? 0)} is the limit. <AfterAlarm {...{ flags, rules }} /> See{' '}
        <a href={`/console/drift?banner=${banner}&kind=rule`}>which rules hit more</a>. If the rules
        are to blame, publish <a href="/console/rules#publications">the version before</a>.
      </span>
    </div>
  );
};

const CameBack = ({ last, now, zone }: { last: FallBack } & Omit<GuardProps, 'guard'>) => (
  <div class="alarm">
    <StateMark is="review" icon="undo" />
    <b>
      {ruleSetTitle(last.version)} came back by itself <Ago at={last.at} now={now} zone={zone} />
    </b>
    <span class="do">
      <RuleSetLink version={last.from} /> {flaggedWords(last)}. Those orders keep their answers:
      reviewers still decide the ones that wait. {ruleSetTitle(last.from)} comes into force again
      only if an analyst publishes it, and then it stays.
    </span>
  </div>
);

/** What alarms now, and that the guard has acted; or that there is nothing. */
const NowPanel = ({ guard: { inForce: rules, banners }, now, zone }: GuardProps) => {
  const over = banners.filter(({ state }) => state === 'over');
  const unknown = banners.filter(({ state }) => state === 'unknown').length;
  return (
    <section class="panel" aria-labelledby="now">
      <div class="panel-head">
        <h2 id="now">What alarms now</h2>
        <span class="aside">judged each minute</span>
      </div>
      {rules === undefined && (
        <p class="panel-body soft">
          Nothing: the shipped rules are in force, and the guard begins with the first rule set that
          is published.
        </p>
      )}
      {rules?.cameBack && <CameBack last={rules.cameBack} {...{ now, zone }} />}
      {rules && over.map((flags) => <Alarm flags={flags} rules={rules} />)}
      {rules && over.length === 0 && rules.cameBack === undefined && (
        <p class="panel-body soft">
          {unknown === banners.length
            ? 'Nothing can alarm: no banner has an expectation. Run a backtest before you publish.'
            : 'Nothing: no banner is above its limit.'}
        </p>
      )}
    </section>
  );
};

const fallBackColumns = (now: Date, zone: string): readonly Column<FallBack>[] => [
  {
    heading: 'Came back',
    isName: true,
    isNarrow: true,
    cell: ({ version }) => <RuleSetLink version={version} />,
  },
  { heading: 'Gave way', isNarrow: true, cell: ({ from }) => <RuleSetLink version={from} /> },
  { heading: 'When', isNarrow: true, cell: ({ at }) => <Ago at={at} now={now} zone={zone} /> },
  { heading: 'Why', cell: (row) => `It ${flaggedWords(row)}` },
];

const Lead = ({ rules, now, zone }: { rules: GuardedRules } & Omit<GuardProps, 'guard'>) => (
  <>
    {ruleSetTitle(rules.version)} in force for <Age at={rules.publishedAt} now={now} zone={zone} />
    {rules.cameBack ? ', put back by the guard' : `, published by ${rules.author}`}
  </>
);

/** What the guard sees, what it will do, and what it has done. */
export const GuardMain = (props: GuardProps) => {
  const { guard, now, zone } = props;
  const { inForce: rules, banners, fallBacks } = guard;
  return (
    <PanelsMain
      title="Flag guard"
      lead={rules ? <Lead {...{ rules, now, zone }} /> : 'The shipped rule set is in force'}
    >
      <NowPanel {...props} />
      {rules && <BannersPanel banners={banners} rules={rules} />}
      <TablePanel
        id="fallbacks"
        title="Rule sets that gave way, latest first"
        columns={fallBackColumns(now, zone)}
        rows={fallBacks}
        empty="None so far. The guard falls back only where a policy says so."
        foot={
          <>
            Alarms: <code>rules_flag_too_many</code>, <code>rules_fell_back</code>; see{' '}
            <code>docs/alarms.md</code>
          </>
        }
      />
    </PanelsMain>
  );
};
