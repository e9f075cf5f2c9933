import {
  type DeclinedSubject,
  declinedSubjects,
  type OwnMetricType,
  ownMetricTypes,
} from '../../contracts/v1/alerts.js';

/** A metric of our own; declined orders are one metric for each subject. */
interface OwnMetric {
  readonly metricType: OwnMetricType;
  readonly subject: DeclinedSubject | null;
}

/** The name under which activities and rules of a metric meet. */
export const metricOf = ({ metricType, subject }: OwnMetric): string =>
  subject === null ? metricType : `${metricType}:${subject}`;

/** The metric of such a name; undefined when it is none of ours. */
export const readMetric = (name: string): OwnMetric | undefined => {
  const [type, subjectName] = name.split(':');
  const metricType = ownMetricTypes.find((known) => known === type);
  if (metricType === undefined) return undefined;
  const subject = declinedSubjects.find((known) => known === subjectName) ?? null;
  return { metricType, subject };
};
