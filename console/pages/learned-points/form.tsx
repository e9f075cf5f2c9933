import type { Child } from 'hono/jsx';
import { banners } from '../../../contracts/hbc/transaction.js';
import { Button, CsrfField } from '../../parts/controls.js';
import { Fault } from '../../parts/notices.js';
import { PanelsMain } from '../../parts/table.js';
import { bannerWords } from '../../words.js';
import { fieldLabels, type FitFields, noteMax } from './request.js';

type Name = keyof FitFields;

const Field = (props: { name: Name; hint: Child; children: Child }) => (
  <label class="label-of">
    {fieldLabels[props.name]}
    {props.children}
    <span class="hint" id={`${props.name}-hint`}>
      {props.hint}
    </span>
  </label>
);

const DayField = (props: { name: 'from' | 'cut'; fields: FitFields; hint: Child }) => (
  <Field name={props.name} hint={props.hint}>
    <input
      class="field"
      type="date"
      name={props.name}
      value={props.fields[props.name]}
      required={props.name === 'from'}
      aria-describedby={`${props.name}-hint`}
    />
  </Field>
);

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly step?: string;
}

const NumberField = (props: { name: Name; fields: FitFields; hint: Child } & Bounds) => (
  <Field name={props.name} hint={props.hint}>
    <input
      class="field"
      type="number"
      name={props.name}
      value={props.fields[props.name]}
      required
      min={props.min}
      max={props.max}
      step={props.step ?? '1'}
      aria-describedby={`${props.name}-hint`}
    />
  </Field>
);

const Panel = (props: { id: string; title: string; children?: Child }) => (
  <section class="panel" aria-labelledby={props.id}>
    <div class="panel-head">
      <h2 id={props.id}>{props.title}</h2>
    </div>
    <div class="panel-body fields">{props.children}</div>
  </section>
);

const Orders = ({ fields }: { fields: FitFields }) => (
  <Panel id="orders-h" title="Which orders">
    <DayField name="from" fields={fields} hint="Received from this day on, in UTC." />
    <DayField
      name="cut"
      fields={fields}
      hint="What was said from this day on does not count. Empty: until now."
    />
    <Field name="banner" hint="With one banner, only its points change.">
      <select class="field" name="banner" aria-describedby="banner-hint">
        <option value="">All banners</option>
        {banners.map((banner) => (
          <option value={banner} selected={banner === fields.banner}>
            {bannerWords[banner]}
          </option>
        ))}
      </select>
    </Field>
    <NumberField
      {...{ name: 'maturityDays', fields, min: 0, max: 180 }}
      hint="Days. Their chargebacks may still come."
    />
    <NumberField
      {...{ name: 'heldOutDays', fields, min: 7, max: 90 }}
      hint="The last days of the orders. They measure the proposal and teach it nothing."
    />
  </Panel>
);

const money = { min: 0, max: 1_000_000, step: '0.01' };

const Costs = ({ fields }: { fields: FitFields }) => (
  <Panel id="costs-h" title="What mistakes and work cost, in one currency">
    <NumberField {...{ name: 'chargeback', fields, ...money }} hint="Goods, fee and work." />
    <NumberField {...{ name: 'lostSale', fields, ...money }} hint="Margin, and the customer." />
    <NumberField {...{ name: 'reviewMinute', fields, ...money }} hint="With all that it needs." />
    <NumberField
      {...{ name: 'minutesPerReview', fields, min: 0, max: 1440, step: '0.1' }}
      hint="On average."
    />
    <NumberField
      {...{ name: 'reviewsPerDay', fields, min: 0.1, max: 1_000_000, step: '0.1' }}
      hint="What the desk can do. The bands keep to it."
    />
  </Panel>
);

const Unlabelled = ({ fields }: { fields: FitFields }) => (
  <Panel id="missing-h" title="Where labels are missing">
    <NumberField
      {...{ name: 'rejectedFraudShare', fields, min: 0, max: 100, step: '0.1' }}
      hint="Percent. A rejected order never gets a chargeback; this is an assumption of yours."
    />
    <label class="tick">
      <input
        type="checkbox"
        name="useVerdicts"
        value="yes"
        checked={fields.useVerdicts !== ''}
        aria-describedby="useVerdicts-hint"
      />
      <span>
        {fieldLabels.useVerdicts}
        <span class="hint" id="useVerdicts-hint">
          Only where an order has no label.
        </span>
      </span>
    </label>
    <label class="label-of">
      {fieldLabels.note}
      <input class="field" name="note" value={fields.note} maxlength={noteMax} autocomplete="off" />
    </label>
  </Panel>
);

/** The form that asks for a fit. */
export const FitForm = (props: { fields: FitFields; fault: string | undefined; csrf: string }) => (
  <PanelsMain title="Learn points" lead={<a href="/console/learned-points">All proposals</a>}>
    <p class="lead">
      Verdict learns the points of the rules in force, and the bands, from how orders turned out. It
      proposes a draft. Nothing comes into force by itself.
    </p>
    <Fault>{props.fault}</Fault>
    <form class="stack" method="post" action="/console/learned-points">
      <CsrfField token={props.csrf} />
      <Orders fields={props.fields} />
      <Costs fields={props.fields} />
      <Unlabelled fields={props.fields} />
      <p>
        <Button type="submit" kind="main">
          Learn points
        </Button>
      </p>
    </form>
  </PanelsMain>
);
