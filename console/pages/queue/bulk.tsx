import { Button, CsrfField } from '../../parts/controls.js';
import { type Filters, queueAddress } from './query.js';

/** Shown while any case is chosen. A script fills in how many, their sum, and who is left out. */
export const BulkBar = ({
  csrf,
  filters,
  mayAssign,
}: {
  csrf: string;
  filters: Filters;
  mayAssign: boolean;
}) => (
  <form class="bulk" id="bulk" method="post" action="/console/queue/bulk" aria-label="Chosen cases">
    <CsrfField token={csrf} />
    <input type="hidden" name="from" value={queueAddress(filters)} />
    <b data-bulk="count">Some chosen</b>
    <span class="sum" data-bulk="sum" role="status"></span>
    <div class="aside">
      <Button
        type="submit"
        kind="accept"
        icon="accept"
        action="accept"
        with={{ name: 'act', value: 'accept' }}
      >
        <span data-bulk="accept">Accept orders…</span>
      </Button>
      <Button
        type="submit"
        kind="reject"
        icon="reject"
        action="reject"
        with={{ name: 'act', value: 'reject' }}
      >
        <span data-bulk="reject">Reject orders…</span>
      </Button>
      <Button type="submit" icon="tag" action="tag" with={{ name: 'act', value: 'tag' }}>
        Tag…
      </Button>
      {mayAssign && (
        <Button type="submit" icon="person" action="assign" with={{ name: 'act', value: 'assign' }}>
          <span data-bulk="assign">Assign…</span>
        </Button>
      )}
      <Button kind="quiet" letter="Esc" with={{ 'data-bulk': 'clear' }}>
        Clear
      </Button>
    </div>
  </form>
);
