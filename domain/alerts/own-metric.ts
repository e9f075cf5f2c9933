import {
  type DeclinedSubject,
  declinedSubjects,
  type OwnMetricType,
  ownMetricTypes,
} from '../../contracts/v1/alerts.js';

/** One of Verdict's own metrics. Declined orders have one metric per kind of subject. */
interface OwnMetric {
  readonly metricType: OwnMetricType;
  readonly subject: DeclinedSubject | null;
}

/** The name that activities and rules of a metric share. */
export const metricOf = ({ metricType, subject }: OwnMetric): string =>
  subject === null ? metricType : `${metricType}:${subject}`;

/** The metric of a name; undefined when the name is none of Verdict's own. */
export const readMetric = (name: string): OwnMetric | undefined => {
  const [type, subjectName] = name.split(':');
  const metricType = ownMetricTypes.find((known) => known === type);
  if (metricType === undefined) return undefined;
  const subject = declinedSubjects.find((known) => known === subjectName) ?? null;
  return { metricType, subject };
};
