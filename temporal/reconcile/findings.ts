import { TemporarilyUnavailable } from '../../contracts/unavailable.js';

/** What a comparison of Postgres with Temporal and OMS can find, and what is done about it. */
export const findingKinds = {
  behind: 'Postgres stands earlier than the workflow: rebuilt from its history',
  not_in_postgres: 'only Temporal knows the order: have OMS post it again',
  unreadable: 'no key opens the order or its history: put the key back into PAYLOAD_KEYS',
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

const endings: ReadonlySet<string | undefined> = new Set(['processed', 'cancelled', 'withdrawn']);

/** True for the status of an order that needs no further work. */
export const isEnded = (status: string | undefined): boolean => endings.has(status);

/** A key may be missing, or the order in another process's hands. */
const failureOf = (error: unknown): FindingKind =>
  error instanceof Error && error.name === 'KeyMissing' ? 'unreadable' : 'failed';

/**
 * Compares one order and reports what it finds. A faulty order does not hold up the others. Throws
 * `TemporarilyUnavailable`.
 */
export const compareOne = async (
  found: Found,
  order: Omit<Finding, 'kind'>,
  compare: () => Promise<Finding | undefined>,
): Promise<void> => {
  try {
    const finding = await compare();
    if (finding !== undefined) found(finding);
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) throw error;
    found({ kind: failureOf(error), ...order });
  }
};
