import { textLimits } from '../../../contracts/text-limits.js';
import { NewPointsFit } from '../../../contracts/v1/points-fits.js';
import { dayMs } from '../../../domain/utc-day.js';
import { textIn } from '../../forms.js';

/** Characters of a note. */
export const noteMax = textLimits.note.max;

/** The fields of the form with their labels, in the order in which they stand. */
export const fieldLabels = {
  from: 'Orders from',
  cut: 'Labels until',
  banner: 'Banner',
  maturityDays: 'Youngest orders left out',
  heldOutDays: 'Days that measure',
  chargeback: 'A fraud accepted costs',
  lostSale: 'An honest order rejected costs',
  reviewMinute: 'A minute of a reviewer costs',
  minutesPerReview: 'Minutes a review takes',
  reviewsPerDay: 'Reviews a day at most',
  rejectedFraudShare: 'Fraud among rejected orders without a label',
  useVerdicts: "Reviewers' rejects count as fraud",
  note: 'Why',
} as const;
type FieldName = keyof typeof fieldLabels;

/** What somebody typed. A box that is not ticked is empty. */
export type FitFields = Readonly<Record<FieldName, string>>;

const names = Object.keys(fieldLabels) as FieldName[];

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** As far back as most shops have labels. */
const firstDays = 180;

/** What the form begins with: the defaults of the API, and no costs, which nobody can guess. */
export const firstFields = (now: Date): FitFields => ({
  ...{ from: isoDay(now.getTime() - firstDays * dayMs), cut: '', banner: '' },
  ...{ maturityDays: '60', heldOutDays: '28', rejectedFraudShare: '75', useVerdicts: '' },
  ...{ chargeback: '', lostSale: '', reviewMinute: '', minutesPerReview: '', reviewsPerDay: '' },
  note: '',
});

type ReadFields =
  | { readonly kind: 'read'; readonly fields: FitFields; readonly request: NewPointsFit }
  | { readonly kind: 'wrong'; readonly fields: FitFields; readonly fault: string };

const numberOf = (text: string): number | undefined => (text === '' ? undefined : Number(text));

const momentOf = (day: string): string | undefined =>
  day === '' ? undefined : `${day}T00:00:00.000Z`;

/** The last part of a path is the name of its field. */
const labelOf = (path: readonly PropertyKey[]): string => {
  const name = names.find((one) => one === path.at(-1));
  return name === undefined ? 'The form' : fieldLabels[name];
};

/** Reads the form as the API reads its body: days begin at midnight UTC, a share is in percent. */
export const readFields = (form: Readonly<Record<string, unknown>>): ReadFields => {
  const fields = Object.fromEntries(
    names.map((name) => [name, textIn(form, name).trim()]),
  ) as FitFields;
  const share = numberOf(fields.rejectedFraudShare);
  const read = NewPointsFit.safeParse({
    from: momentOf(fields.from),
    cut: momentOf(fields.cut),
    banner: fields.banner || undefined,
    maturityDays: numberOf(fields.maturityDays),
    heldOutDays: numberOf(fields.heldOutDays),
    costs: {
      chargeback: numberOf(fields.chargeback),
      lostSale: numberOf(fields.lostSale),
      reviewMinute: numberOf(fields.reviewMinute),
      minutesPerReview: numberOf(fields.minutesPerReview),
    },
    reviewsPerDay: numberOf(fields.reviewsPerDay),
    rejectedFraudShare: share === undefined ? undefined : share / 100,
    useVerdicts: fields.useVerdicts !== '',
    note: fields.note,
  });
  if (read.success) return { kind: 'read', fields, request: read.data };
  const [issue] = read.error.issues;
  const fault = `${labelOf(issue?.path ?? [])}: ${issue?.message ?? 'not valid'}.`;
  return { kind: 'wrong', fields, fault };
};
