import type { CaseEvidence } from '../../../contracts/v1/cases.js';
import type { CaseView } from '../../../services/case-view/view.js';
import { Age } from '../../parts/format.js';
import { StateMark } from '../../parts/state.js';

const kindWords: Readonly<Record<CaseEvidence['kind'], string>> = {
  aifi_suspicion: 'AiFi suspected a shopper',
  sparkfly_alert: 'Sparkfly raised an alert on the loyalty account',
  fraud: 'An order was labelled as fraud',
  chargeback: 'A chargeback for fraud',
  dispute: 'A dispute without fraud',
  refund: 'An order was refunded as fraud',
};

const subjectWords: Readonly<Record<CaseEvidence['subject'], string>> = {
  card: 'with the same card',
  email: 'with the same e-mail',
  account: 'of the same account',
  device: 'on the same device',
  address: 'at the same place',
  card_digits: 'with the same first six and last four digits, which strangers share',
  store: 'in the same store, as were others',
};

/** Rows of the panel; a store's incidents can be many. */
const shownMax = 20;

const Row = ({ one, now, zone }: { one: CaseEvidence; now: Date; zone: string }) => (
  <tr>
    <td>
      <StateMark is={one.weak ? 'none' : 'review'}>{one.weak ? 'Weak' : 'Strong'}</StateMark>
    </td>
    <td>
      {kindWords[one.kind]} {subjectWords[one.subject]}.{' '}
      <span class="faint">
        {one.source} {one.reference}
      </span>
    </td>
    <td class="num soft">
      <Age at={new Date(one.occurredAt)} now={now} zone={zone} />
    </td>
  </tr>
);

/** Sources of evidence, and what it means that one has nothing. */
const sources: readonly { name: string; kinds: readonly CaseEvidence['kind'][]; none: string }[] = [
  { name: 'AiFi', kinds: ['aifi_suspicion'], none: 'No suspicion on card, account or store.' },
  { name: 'Sparkfly', kinds: ['sparkfly_alert'], none: 'No alert on the account.' },
  {
    name: 'Disputes',
    kinds: ['fraud', 'chargeback', 'dispute', 'refund'],
    none: 'None on card, e-mail, device, account or place.',
  },
];

/** What other sources know of the order's subjects. */
export const EvidencePanel = ({ view, now, zone }: { view: CaseView; now: Date; zone: string }) => {
  const { evidence } = view.detail;
  const silent = sources.filter(({ kinds }) => !evidence.some(({ kind }) => kinds.includes(kind)));
  return (
    <section class="panel" id="evidence" aria-labelledby="ev-h">
      <div class="panel-head">
        <h2 id="ev-h">Evidence from elsewhere</h2>
        <span class="aside">AiFi, Sparkfly, disputes, lists</span>
      </div>
      <table class="tbl">
        <tbody>
          {evidence.slice(0, shownMax).map((one) => (
            <Row one={one} now={now} zone={zone} />
          ))}
          {silent.map(({ name, none }) => (
            <tr>
              <td class="faint">{name}</td>
              <td colspan={2}>{none}</td>
            </tr>
          ))}
          <tr>
            <td class="faint">Lists</td>
            <td colspan={2}>
              {view.listed.length === 0
                ? 'On no list.'
                : view.listed
                    .map(({ list, subject }) => `${subject} on the list “${list}”`)
                    .join(', ')}
            </td>
          </tr>
        </tbody>
      </table>
      {evidence.length > shownMax && (
        <p class="panel-foot">And {evidence.length - shownMax} older ones.</p>
      )}
    </section>
  );
};
