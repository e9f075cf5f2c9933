/** What a comparison of Postgres with Temporal and OMS can find, and what is done about it. */
export const findingKinds = {
  behind: 'Postgres stands earlier than the workflow: rebuilt from its history',
  behind_unknown: 'Postgres stands earlier, and the history does not say how: a person must look',
  not_in_postgres: 'only Temporal knows the order: have OMS post it again',
  unreadable: 'no key opens the history: put its key back into PAYLOAD_KEYS',
  no_workflow: 'open in Postgres without a workflow that works: a new one is started',
  oms_ahead: "OMS's list says that it has acted: taken over, without a call to OMS",
  oms_only: "only OMS's list knows the order: have OMS post it again; it is decided anew",
  oms_undecided: 'OMS has acted on an order that is not decided: run this again once it is',
  oms_has_not_acted:
    "Postgres says that OMS has acted, and OMS's list says otherwise: a person must look",
  contradiction: 'Postgres and the other side ended differently: a person must look',
  failed: 'could not be handled now: run this again',
} as const;
export type FindingKind = keyof typeof findingKinds;

/** An order whose status is not the same everywhere. Ids and statuses, nothing personal. */
export interface Finding {
  readonly kind: FindingKind;
  readonly transactionId: string;
  readonly workflowId: string;
  /** Undefined for an order that Postgres does not have. */
  readonly postgres?: string | undefined;
  readonly temporal?: string | undefined;
  readonly oms?: string | undefined;
  /** Where Postgres stands after the rebuild, or would stand. */
  readonly after?: string | undefined;
}

/** Receives findings one by one. */
export type Found = (finding: Finding) => void;
