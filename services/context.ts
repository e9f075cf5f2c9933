import type { CardTokens } from '../domain/sanitise.js';
import type { SubjectKind } from '../domain/subjects.js';
import type {
  VerdictMessage,
  VerdictReceipt,
  WithdrawalMessage,
  WithdrawalReceipt,
} from '../workflows/order/messages.js';

/** Who does something, as it stands in the audit trail. */
export interface Actor {
  /** `reviewer:alice`, `oms:checkout`, or `system`. */
  readonly name: string;
}

export const system: Actor = { name: 'system' };

/** Seals text for Postgres; `context` ties it to its row and must be the same when opening. */
export interface Vault {
  readonly seal: (text: string, context: string) => Buffer;
  /** Throws when the key is unknown or the content was altered. */
  readonly open: (sealed: Buffer, context: string) => string;
}

/** Keyed one-way functions over personal values. */
export interface Tokeniser {
  readonly cardTokens: (pan: string) => CardTokens;
  /** By key id, for every live key. */
  readonly subjectTokens: (
    kind: SubjectKind | 'name' | 'postal' | 'salesRep' | 'card_digits' | 'store',
    value: string,
  ) => Readonly<Record<string, string>>;
  /** Undefined when the key with this id has been retired. */
  readonly contentHash: (keyId: string, canonical: string) => Buffer | undefined;
  readonly currentKeyId: string;
}

/**
 * Offers a verdict to an order's workflow. Throws `ScreeningEnded`, `ScreeningStuck` and
 * `TemporarilyUnavailable`.
 */
export type SubmitVerdict = (
  workflowId: string,
  message: VerdictMessage,
) => Promise<VerdictReceipt>;

/** Offers a withdrawal to an order's workflow; throws as `SubmitVerdict` does. */
export type SubmitWithdrawal = (
  workflowId: string,
  message: WithdrawalMessage,
) => Promise<WithdrawalReceipt>;

/** What Temporal says of the queue that orders wait in. */
export type QueueState =
  | { readonly kind: 'away' }
  | { readonly kind: 'no_namespace' }
  /** `askedAt`: when a worker last asked for an order; undefined when none has, for minutes. */
  | { readonly kind: 'seen'; readonly askedAt: Date | undefined };
