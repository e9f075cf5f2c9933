import type { Overview } from '../../../contracts/v1/overview.js';
import type { PartnerState } from '../../../contracts/v1/partners.js';
import { printWhole } from '../../../domain/case/figures.js';
import { lengthText } from '../../parts/format.js';
import type { State } from '../../parts/state.js';
import { counted, partnerWords } from '../../words.js';

/** Something that somebody should look at now. */
export interface Finding {
  readonly is: Extract<State, 'down' | 'overdue' | 'reject'>;
  readonly title: string;
  readonly advice: string;
  /** The page that shows it, with the words of its link. */
  readonly way: readonly [path: string, words: string];
}

/** By then a worker has looked twice at each order without a decision. */
const undecidedLateSeconds = 60;

const secondMs = 1000;

/** Whether Verdict does without this partner at present. */
export const isDown = ({ state, breaker, configured }: PartnerState): boolean =>
  configured && (state === 'off' || breaker === 'open');

const ofPartner = (partner: PartnerState): Finding => {
  const name = partnerWords[partner.name];
  const way = ['/console/partners', 'Look at partners'] as const;
  return partner.state === 'off'
    ? {
        ...{ is: 'down', way, title: `${name} is switched off` },
        advice: `Its votes are missing in new decisions. Why: ${partner.reason ?? 'not said'}.`,
      }
    : {
        ...{ is: 'down', way, title: `${name} is down` },
        advice: 'Its votes are missing in new decisions. Verdict tries it again by itself.',
      };
};

const operations = ['/console/operations', 'Look at operations'] as const;

const ofOrders = (
  { stuck, undecided, settling }: Overview,
  settlementLateMs: number,
): Finding[] => {
  const found: Finding[] = [];
  if (stuck > 0) {
    found.push({
      ...{ is: 'reject', way: operations, title: `${counted(stuck, 'workflow run')} stuck` },
      advice: 'Their orders wait. Undo the latest deployment, or free them one by one.',
    });
  }
  if (undecided.oldestSeconds > undecidedLateSeconds) {
    const age = lengthText(undecided.oldestSeconds * secondMs);
    found.push({
      ...{ is: 'reject', way: operations },
      title: `${counted(undecided.waiting, 'order')} without a decision, the oldest for ${age}`,
      advice: 'OMS got 503 for them. Check Temporal, Postgres and the workers.',
    });
  }
  if (settling.oldestSeconds * secondMs > settlementLateMs) {
    const age = lengthText(settling.oldestSeconds * secondMs);
    found.push({
      ...{ is: 'overdue', way: operations },
      title: `OMS has not taken ${counted(settling.waiting, 'decision')}, the oldest for ${age}`,
      advice: 'Verdict keeps telling it. Check OMS.',
    });
  }
  return found;
};

const ofCases = ({ cases, reviews }: Overview): Finding[] => {
  const found: Finding[] = [];
  if (cases.overdue > 0) {
    found.push({
      ...{ is: 'overdue', title: `${counted(cases.overdue, 'case')} late` },
      advice: 'They come first in the queue.',
      way: ['/console/queue?view=overdue', 'Open them'],
    });
  }
  if (reviews.expired > 0) {
    found.push({
      ...{ is: 'overdue', title: `${counted(reviews.expired, 'case')} expired` },
      advice: `${printWhole(reviews.expired)} of the last 24 hours ended by their deadline.`,
      way: ['/console/queue?status=closed', 'Closed cases'],
    });
  }
  return found;
};

/**
 * What is wrong now, what holds up orders first. A settlement that waits for longer than
 * `settlementLateMs` is late.
 */
export const findingsOf = (
  overview: Overview,
  partners: readonly PartnerState[],
  settlementLateMs: number,
): readonly Finding[] => [
  ...ofOrders(overview, settlementLateMs),
  ...partners.filter(isDown).map(ofPartner),
  ...ofCases(overview),
];
