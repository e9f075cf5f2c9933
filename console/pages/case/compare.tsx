import { type Cell, comparedColumns } from '../../../domain/case/comparison.js';
import type { OrderFacts } from '../../../services/case-view/view.js';
import { Icon } from '../../parts/icon.js';
import { Unsaid } from '../../parts/state.js';

const heads = {
  billing: 'Billing',
  shipping: 'Shipping',
  account: 'Account',
  device: 'Device and network',
} as const;

/** A long mailbox breaks before its `@`, not in the middle of a word. */
const Breakable = ({ text }: { text: string }) => {
  const at = text.lastIndexOf('@');
  return at <= 0 ? (
    <>{text}</>
  ) : (
    <>
      {text.slice(0, at)}
      <wbr />
      {text.slice(at)}
    </>
  );
};

const Value = ({ cell }: { cell: Cell }) => (
  <td data-differs={cell.differs ? '' : undefined}>
    {cell.differs && (
      <>
        <Icon of="differs" />
        <span class="sr">differs: </span>
      </>
    )}
    {cell.isMissing ? (
      <Unsaid>{cell.text}</Unsaid>
    ) : (
      <bdi class={cell.isCode ? 'mono' : undefined}>
        <Breakable text={cell.text} />
      </bdi>
    )}
  </td>
);

/** Billing, shipping, account and device side by side, with the differences marked. */
export const ComparePanel = ({ view }: { view: OrderFacts }) => (
  <section class="panel" aria-labelledby="who-h">
    <div class="panel-head">
      <h2 id="who-h">Who, where, with what</h2>
      {view.otherPlaces > 0 && (
        <span class="soft">
          ships to {view.otherPlaces + 1} places; the one that differs is shown
        </span>
      )}
      <span class="aside">
        <Icon of="differs" /> differs from billing
      </span>
    </div>
    <div
      class="scroll-x"
      tabindex={0}
      role="group"
      aria-label="Comparison of billing, shipping, account and device"
    >
      <table class="tbl compare wide">
        <thead>
          <tr>
            <th scope="col">
              <span class="sr">Field</span>
            </th>
            {comparedColumns.map((column) => (
              <th scope="col">{heads[column]}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {view.rows.map(({ field, cells }) => (
            <tr>
              <th scope="row">{field}</th>
              {comparedColumns.map((column) => (
                <Value cell={cells[column]} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </section>
);
