/** The content of a mail about an alert. */
export interface AlertMailContent {
  readonly eventId: number;
  /** The number of this mail among the mails of the alert, from 1. */
  readonly number: number;
  readonly address: string;
  readonly plannedAt: Date;
  readonly family: 'loyalty' | 'own';
  readonly ruleId: number;
  readonly ruleName: string;
  readonly metric: string;
  /**
   * The enrollment id of a loyalty member; null for subjects of Verdict's own rules, which mails do
   * not name.
   */
  readonly memberId: string | null;
  readonly store: number | null;
  /** The measured quantity. */
  readonly quantity: number;
  /** The rule's current or last known threshold; undefined when it is unknown. */
  readonly threshold: number | undefined;
  readonly windowSeconds: number | undefined;
  readonly suppressedCount: number;
  readonly happenedAt: Date;
  /** The time zone in which the mail prints instants. */
  readonly timeZone: string;
}
