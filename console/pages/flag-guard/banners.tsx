import type { FlagBasis } from '../../../contracts/v1/flag-guard.js';
import { printNumber, printShare, printWhole } from '../../../domain/case/figures.js';
import { expectedOrdersMin, seenOrdersMin } from '../../../domain/flag-guard/judge.js';
import type { Stays } from '../../../services/flag-guard/fall-back.js';
import type { GuardedRules, GuardView } from '../../../services/flag-guard/view.js';
import { StateMark, Unsaid } from '../../parts/state.js';
import { type Column, TablePanel } from '../../parts/table.js';
import { bannerWords } from '../../words.js';
import { ruleSetWords } from './rule-set.js';

/** How the guard judges one banner. */
export type BannerFlags = GuardView['banners'][number];

/** The share of flagged orders; undefined without orders. */
export const shareOf = (flags: { orders: number; flagged: number }): number | undefined =>
  flags.orders === 0 ? undefined : flags.flagged / flags.orders;

const State = ({ flags: { state } }: { flags: BannerFlags }) => {
  switch (state) {
    case 'over':
      return (
        <StateMark is="reject" icon="bell">
          Above its limit
        </StateMark>
      );
    case 'within':
      return <StateMark is="ok">Within its limit</StateMark>;
    case 'too_few':
      return <StateMark is="none">Too few, {seenOrdersMin} needed</StateMark>;
    case 'unknown':
      return <StateMark is="none">Not guarded</StateMark>;
    default:
      return state satisfies never;
  }
};

/** The bar ends at twice the limit, so that the tick of the limit stands in its middle. */
const endOf = (limit: number): number => Math.min(1, 2 * limit);

/** The share as a length, with ticks at what was expected and at the limit. */
const FlagBar = ({ flags }: { flags: BannerFlags }) => {
  const { expected, limit } = flags;
  const end = endOf(limit ?? 1);
  const along = (share: number): string =>
    `${Math.round((1000 * Math.min(share, end)) / end) / 10}%`;
  return (
    <svg class="gauge" aria-hidden="true">
      <rect class="track" y="4" width="100%" height="4" rx="2" />
      <rect class="f-2" y="4" width={along(shareOf(flags) ?? 0)} height="4" rx="2" />
      {expected && (
        <rect class="limit" x={along(shareOf(expected) ?? 0)} y="3" width="1" height="6" />
      )}
      {limit !== null && <rect class="limit" x={along(limit)} y="1" width="1" height="10" />}
    </svg>
  );
};

const Flagged = ({ flags }: { flags: BannerFlags }) => {
  const share = shareOf(flags);
  if (share === undefined) return <Unsaid>no order yet</Unsaid>;
  return (
    <span class="measured" title={`${flags.flagged} of ${flags.orders} orders`}>
      <b>{printShare(share)}</b>
      <FlagBar flags={flags} />
    </span>
  );
};

/** What does not follow from a value that another cell says to be unknown. */
const Nothing = () => <span class="faint">–</span>;

/** How many times the expected share is flagged now. */
const Times = ({ flags }: { flags: BannerFlags }) => {
  const now = shareOf(flags);
  const usual = flags.expected ? shareOf(flags.expected) : undefined;
  if (now === undefined || usual === undefined || usual === 0) return <Nothing />;
  return <>{(now / usual).toFixed(1)} ×</>;
};

const bases: Readonly<Record<FlagBasis, string>> = {
  backtest: 'a backtest',
  own: 'these rules, last time',
  before: 'the rules before',
};

const Basis = ({ flags: { expected } }: { flags: BannerFlags }) => {
  if (expected === null) return <Unsaid>too few orders known</Unsaid>;
  const of = bases[expected.basis];
  return (
    <>
      {expected.backtestId === null ? of : <a href="/console/backtests">{of}</a>}{' '}
      <span class="faint">· {printWhole(expected.orders)} orders</span>
    </>
  );
};

const afterWords = ({ limit, fallBack }: BannerFlags, { returning }: GuardedRules): string => {
  if (limit === null) return 'Nothing';
  if (!fallBack) return 'Alarm';
  return typeof returning === 'number'
    ? `Alarm; ${ruleSetWords(returning)} comes back`
    : 'Alarm; these rules stay';
};

const columnsOf = (rules: GuardedRules): readonly Column<BannerFlags>[] => [
  { heading: 'Banner', isName: true, isNarrow: true, cell: ({ banner }) => bannerWords[banner] },
  { heading: 'State', isNarrow: true, cell: (flags) => <State flags={flags} /> },
  { heading: 'Flagged now', isNumber: true, cell: (flags) => <Flagged flags={flags} /> },
  { heading: 'Orders', isNumber: true, cell: ({ orders }) => printWhole(orders) },
  {
    heading: 'Expected',
    isNumber: true,
    cell: ({ expected }) =>
      expected === null ? <Unsaid>not known</Unsaid> : printShare(shareOf(expected) ?? 0),
  },
  { heading: 'Times expected', isNumber: true, cell: (flags) => <Times flags={flags} /> },
  {
    heading: 'Times allowed',
    isNumber: true,
    cell: ({ multiple }) => `${printNumber(multiple)} ×`,
  },
  {
    heading: 'Limit',
    isNumber: true,
    cell: ({ limit }) => (limit === null ? <Nothing /> : printShare(limit)),
  },
  { heading: 'Above the limit', isNarrow: true, cell: (flags) => afterWords(flags, rules) },
  { heading: 'Expected by', isNarrow: true, cell: (flags) => <Basis flags={flags} /> },
];

/** Why these rules stay although a policy asks for a fallback. */
const stayWords = {
  known: 'These rules stay whatever they flag: they had been in force before.',
  too_late: 'These rules stay whatever they flag: their first day is over.',
} as const satisfies Readonly<Record<Stays, string>>;

/** Each banner: what is flagged, what was expected, where the limit is, and what follows. */
export const BannersPanel = (props: {
  readonly banners: readonly BannerFlags[];
  readonly rules: GuardedRules;
}) => {
  const { returning } = props.rules;
  const isUnknown = props.banners.some(({ state }) => state === 'unknown');
  const isAsked = props.banners.some(({ fallBack }) => fallBack);
  return (
    <TablePanel
      id="banners"
      title="Flagged orders by banner"
      aside="orders since it came into force, at most a day's"
      columns={columnsOf(props.rules)}
      rows={props.banners}
      empty="There is no banner."
      foot={
        <>
          An order is flagged when the rules alone would not accept it. The limit starts from the
          upper end of the expected share's 95 % interval; it takes {seenOrdersMin} orders to be
          above it. <a href="/console/policies">Policies</a> set the multiple, and whether the
          version before comes back.{' '}
          {isUnknown &&
            `A banner of which fewer than ${expectedOrdersMin} orders were known is not guarded: ` +
              'run a backtest before you publish. '}
          {isAsked && typeof returning === 'string' && stayWords[returning]}
        </>
      }
    />
  );
};
