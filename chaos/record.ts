import { appendFileSync, readFileSync } from 'node:fs';

/** A call of OMS, a reviewer or another client of Verdict, with its answer. */
export interface CallEntry {
  readonly type: 'call';
  readonly act:
    | 'post_order'
    | 'verdict'
    | 'signal'
    | 'desk_decision'
    | 'desk_undo'
    | 'withdrawal'
    | 'activity'
    | 'push'
    | 'publication'
    | 'policy'
    | 'block'
    | 'label';
  readonly sentMs: number;
  readonly doneMs: number;
  /** The order, activity, push or publication that it is about. */
  readonly subject: string;
  /** The HTTP status, 200 for a signal that was taken; null when no whole answer came. */
  readonly status: number | null;
  readonly body: string;
  /** When the answer asks its caller to come again, in seconds. */
  readonly retryAfter?: number;
  /** True when the answer says that the order was known. */
  readonly replayed?: boolean;
  /**
   * Names a verdict, activity or push, the same at each try. Verdict hands the name of a verdict on
   * to OMS, as its remarks.
   */
  readonly name?: string;
  /** What a verdict says. */
  readonly outcome?: Outcome;
}

export type Outcome = 'accept' | 'reject';

/** A call that OMS has received, as OMS itself noted it. */
export interface OmsEntry {
  readonly type: 'oms';
  readonly atMs: number;
  readonly orderId: string;
  readonly action: 'process' | 'cancel';
  readonly idempotencyKey: string;
  /** The status of OMS's answer; null when its answer was lost on purpose. */
  readonly status: number | null;
  readonly outcome: string;
  readonly remarks: string;
}

/** A report to Sardine of how an order ended or of its chargeback, as Sardine noted it. */
export interface FeedbackEntry {
  readonly type: 'feedback';
  readonly about: 'end' | 'chargeback';
  readonly transactionId: string;
  readonly feedbackId: string;
  readonly status: number | null;
}

/** What the mail server has taken. */
export interface MailEntry {
  readonly type: 'mail';
  readonly messageId: string;
  readonly alertId: string;
}

/** An order as Verdict shows it after the storm. */
export interface OrderEntry {
  readonly type: 'order';
  readonly orderId: string;
  /** False when Verdict does not know the order. */
  readonly known: boolean;
  /** False when its callers gave up after one try. */
  readonly isPatient: boolean;
  readonly transactionId: string;
  readonly status: string;
  /** The answer to one more post of the same body; null when the caller had given up before. */
  readonly repeat: { readonly status: number | null; readonly body: string } | null;
  readonly caseStatus: string | null;
  readonly pendingDecision: boolean;
  readonly evidence: number;
  /** True when Verdict has a usable answer of Sardine about it. */
  readonly scoredBySardine: boolean;
  readonly audit: readonly AuditEntry[];
  /** The names of what analysts said of it, as Verdict has them. */
  readonly labels: readonly string[];
  /** The order with the same card and goods that was placed before it. */
  readonly twinOf?: string | undefined;
}

/** The parts of an audit row that a check reads. */
export interface AuditEntry {
  readonly action: string;
  readonly actor: string;
  readonly outcome: string | null;
  /** Of a rebuild, the order's status before it; records of earlier versions lack it. */
  readonly before?: string | null | undefined;
}

/** The alerts about one loyalty member, by rule. */
export interface AlertEntry {
  readonly type: 'alert';
  readonly alertId: string;
  readonly member: string;
  readonly suppressed: number;
  readonly notified: boolean;
}

/** A publication that Verdict still lists. */
export interface PublicationEntry {
  readonly type: 'publication';
  readonly note: string;
  readonly audited: number;
}

/** The policy of a banner that is in force after the storm. */
export interface PolicyEntry {
  readonly type: 'policy';
  readonly banner: string;
  readonly note: string;
  /** The notes of all its versions. */
  readonly versions: readonly string[];
}

/** What the nemesis did. */
export interface FaultEntry {
  readonly type: 'fault';
  readonly name: string;
  readonly beganMs: number;
  readonly endedMs: number;
  readonly detail: string;
}

export interface RunEntry {
  readonly type: 'run';
  readonly seed: number;
  readonly seconds: number;
  readonly startedAt: string;
  readonly machine: string;
}

/** After the storm: how long it took until nothing was under way, or what still was. */
export interface QuietEntry {
  readonly type: 'quiet';
  readonly tookMs: number;
  readonly limitMs: number;
  readonly left: readonly string[];
}

export type Entry =
  | RunEntry
  | CallEntry
  | OmsEntry
  | FeedbackEntry
  | MailEntry
  | OrderEntry
  | AlertEntry
  | PublicationEntry
  | PolicyEntry
  | FaultEntry
  | QuietEntry;

/** A record in a file of JSON lines, and in memory. */
export interface Recorder {
  readonly entries: readonly Entry[];
  readonly add: (entry: Entry) => void;
  /** Milliseconds since the run began; fine enough to tell a caller's next act from its last. */
  readonly now: () => number;
}

/** Starts a record. Each entry is in the file as soon as it is added. */
export const createRecorder = (path: string): Recorder => {
  const entries: Entry[] = [];
  const originMs = performance.now();
  return {
    entries,
    add: (entry) => {
      entries.push(entry);
      appendFileSync(path, `${JSON.stringify(entry)}\n`);
    },
    now: () => Math.round((performance.now() - originMs) * 1000) / 1000,
  };
};

/** Reads a record that an earlier run wrote. */
export const readRecord = (path: string): Entry[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry);
