import { banners } from '../../../contracts/hbc/transaction.js';
import { type DriftKind, driftKinds } from '../../../contracts/v1/drift.js';
import type { DriftReport } from '../../../services/drift/report.js';
import { Button } from '../../parts/controls.js';
import { PanelsMain } from '../../parts/table.js';
import { bannerWords, counted } from '../../words.js';
import { KindPanel, kindWords } from './series.js';
import { SignsPanel } from './signs.js';

export interface DriftProps {
  readonly report: DriftReport;
  readonly banner: (typeof banners)[number] | undefined;
  readonly kind: DriftKind | undefined;
  /** The names of the rules in force by their ids. */
  readonly names: ReadonlyMap<string, string>;
}

const Filters = ({ banner, kind }: Pick<DriftProps, 'banner' | 'kind'>) => (
  <form class="filters" action="/console/drift" data-drop-empty aria-label="Filter the report">
    <label class="field-of">
      <span>Banner</span>
      <select class="field" name="banner">
        <option value="">All together</option>
        {banners.map((one) => (
          <option value={one} selected={one === banner}>
            {bannerWords[one]}
          </option>
        ))}
      </select>
    </label>
    <label class="field-of">
      <span>Show</span>
      <select class="field" name="kind">
        <option value="">Everything</option>
        {driftKinds.map((one) => (
          <option value={one} selected={one === kind}>
            {kindWords[one].title}
          </option>
        ))}
      </select>
    </label>
    <Button type="submit">Show</Button>
    {(banner ?? kind) !== undefined && (
      <a class="btn" data-kind="quiet" href="/console/drift">
        Clear all
      </a>
    )}
  </form>
);

const leadOf = ({ week, before, weekOrders, beforeOrders }: DriftReport): string =>
  `${counted(weekOrders, 'order')} from ${week[0]} to ${week[1]}, against ` +
  `${counted(beforeOrders, 'order')} from ${before[0]} to ${before[1]}`;

/** The report: what alarms today, and how each series moved. */
export const DriftMain = ({ report, banner, kind, names }: DriftProps) => (
  <PanelsMain title="Drift" lead={leadOf(report)}>
    <Filters banner={banner} kind={kind} />
    <SignsPanel signs={report.signs} names={names} />
    {driftKinds
      .filter((one) => kind === undefined || one === kind)
      .map((one) => (
        <KindPanel
          kind={one}
          shifts={report.shifts.filter((shift) => shift.kind === one)}
          names={names}
        />
      ))}
  </PanelsMain>
);
