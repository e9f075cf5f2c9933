/** What a mail tells of an alert, and whom. */
export interface AlertMailContent {
  readonly eventId: number;
  /** Its number among the mails of the alert. */
  readonly number: number;
  readonly address: string;
  readonly plannedAt: Date;
  readonly family: 'loyalty' | 'own';
  readonly ruleId: number;
  readonly ruleName: string;
  readonly metric: string;
  /** A loyalty member's enrollment id; null for subjects of our own, which stay unnamed. */
  readonly memberId: string | null;
  readonly store: number | null;
  /** What was measured. */
  readonly quantity: number;
  /** Of the rule as it is now, or was last; undefined when it is not known any more. */
  readonly threshold: number | undefined;
  readonly windowSeconds: number | undefined;
  readonly suppressedCount: number;
  readonly happenedAt: Date;
  /** In whose time the mail tells instants. */
  readonly timeZone: string;
}
