import type {
  AlertEntry,
  CallEntry,
  Entry,
  FaultEntry,
  FeedbackEntry,
  MailEntry,
  OmsEntry,
  OrderEntry,
  Outcome,
  PolicyEntry,
  PublicationEntry,
  QuietEntry,
} from '../record.js';
import { grouped } from '../grouped.js';

/** A promise that the record breaks. */
export interface Finding {
  /** The promise, such as `one-settlement`. */
  readonly rule: string;
  readonly subject: string;
  readonly text: string;
}

/** A verdict with every try of whoever gave it. */
export interface GivenVerdict {
  readonly name: string;
  readonly act: CallEntry['act'];
  readonly outcome: Outcome;
  readonly firstSentMs: number;
  /** When the first yes came; undefined without one. */
  readonly takenMs: number | undefined;
  /** True when one of the answers was a no. */
  readonly isRefused: boolean;
  readonly isUndone: boolean;
  /** True when nobody knows whether it was taken back. */
  readonly mayBeUndone: boolean;
}

/** All that the record says about one order. */
export interface OrderHistory {
  readonly orderId: string;
  readonly posts: readonly CallEntry[];
  readonly verdicts: readonly GivenVerdict[];
  readonly withdrawals: readonly CallEntry[];
  readonly pushes: readonly CallEntry[];
  readonly labels: readonly CallEntry[];
  /** Entries on the block list that name its account. */
  readonly blocks: readonly CallEntry[];
  /** True when an operator ended or reset its workflow, with the signals that were under way. */
  readonly isBrokenOff: boolean;
  readonly oms: readonly OmsEntry[];
  /** Calls that OMS refused for good: a person decides the order anew. */
  readonly refusals: readonly OmsEntry[];
  readonly final: OrderEntry | undefined;
}

/** A record, sorted by what it is about. */
export interface History {
  readonly orders: readonly OrderHistory[];
  readonly activities: readonly CallEntry[];
  readonly publications: readonly CallEntry[];
  readonly listedPublications: readonly PublicationEntry[];
  readonly policyCalls: readonly CallEntry[];
  readonly policies: readonly PolicyEntry[];
  readonly alerts: readonly AlertEntry[];
  readonly mails: readonly MailEntry[];
  readonly feedback: readonly FeedbackEntry[];
  readonly quiet: QuietEntry | undefined;
}

/** Statuses of OMS after which Verdict tries the same call again, and 409, which means done. */
const retried = new Set([401, 403, 408, 409, 429]);

/** True when OMS's answer ends the round for good. */
export const isRefusal = ({ status }: OmsEntry): boolean =>
  status !== null && status >= 400 && status < 500 && !retried.has(status);

/** True when OMS says that it has done what the call asks, now or before. */
export const isDone = ({ status }: OmsEntry): boolean =>
  status !== null && ((status >= 200 && status < 300) || status === 409);

export const isYes = ({ status }: CallEntry): boolean =>
  status !== null && status >= 200 && status < 300;
const isNo = ({ status }: CallEntry): boolean => status !== null && status >= 400 && status < 500;

const verdictActs = new Set<CallEntry['act']>(['verdict', 'signal', 'desk_decision']);

const givenVerdicts = (calls: readonly CallEntry[]): GivenVerdict[] => {
  const undos = calls.filter(({ act }) => act === 'desk_undo');
  const undone = new Set(undos.filter(isYes).map(({ name }) => name));
  const unsure = new Set(undos.filter((call) => !isNo(call)).map(({ name }) => name));
  const tries = calls.filter(({ act, name }) => verdictActs.has(act) && name !== undefined);
  return [...grouped(tries, ({ name }) => name ?? '')].map(([name, some]) => {
    const taken = some.filter(isYes).map(({ doneMs }) => doneMs);
    return {
      ...{ name, act: some[0]?.act ?? 'verdict', outcome: some[0]?.outcome ?? 'accept' },
      firstSentMs: Math.min(...some.map(({ sentMs }) => sentMs)),
      takenMs: taken.length === 0 ? undefined : Math.min(...taken),
      isRefused: some.some(isNo),
      isUndone: undone.has(name),
      mayBeUndone: unsure.has(name),
    };
  });
};

/** Entries of one type. */
const ofType = <T extends Entry['type']>(entries: readonly Entry[], type: T) =>
  entries.filter((entry): entry is Extract<Entry, { type: T }> => entry.type === type);

const activityActs = new Set<CallEntry['act']>(['activity', 'publication', 'policy']);

const breakingOff = /^(terminate|cancel|reset) workflows|^reset and decide/;

/** The ids of all orders whose workflows operators ended or reset. */
const brokenOff = (faults: readonly FaultEntry[]): ReadonlySet<string> =>
  new Set(
    faults
      .filter(({ name }) => breakingOff.test(name))
      .flatMap(({ detail }) => detail.split(' '))
      .map((workflowId) => workflowId.split(':')[1] ?? ''),
  );

/** Sorts a record by orders, alerts and publications. */
export const historyOf = (entries: readonly Entry[]): History => {
  const calls = ofType(entries, 'call');
  const aboutOrders = grouped(
    calls.filter(({ act }) => !activityActs.has(act)),
    ({ subject }) => subject,
  );
  const oms = grouped(ofType(entries, 'oms'), ({ orderId }) => orderId);
  const finals = new Map(ofType(entries, 'order').map((entry) => [entry.orderId, entry]));
  const touched = brokenOff(ofType(entries, 'fault'));
  const ids = new Set([...aboutOrders.keys(), ...oms.keys(), ...finals.keys()]);
  return {
    orders: [...ids].map((orderId) => {
      const own = aboutOrders.get(orderId) ?? [];
      const some = oms.get(orderId) ?? [];
      return {
        orderId,
        posts: own.filter(({ act }) => act === 'post_order'),
        verdicts: givenVerdicts(own),
        withdrawals: own.filter(({ act }) => act === 'withdrawal'),
        pushes: own.filter(({ act }) => act === 'push'),
        labels: own.filter(({ act }) => act === 'label'),
        blocks: own.filter(({ act }) => act === 'block'),
        isBrokenOff: touched.has(orderId),
        oms: some,
        refusals: some.filter(isRefusal),
        final: finals.get(orderId),
      };
    }),
    activities: calls.filter(({ act }) => act === 'activity'),
    publications: calls.filter(({ act }) => act === 'publication'),
    listedPublications: ofType(entries, 'publication'),
    policyCalls: calls.filter(({ act }) => act === 'policy'),
    policies: ofType(entries, 'policy'),
    alerts: ofType(entries, 'alert'),
    mails: ofType(entries, 'mail'),
    feedback: ofType(entries, 'feedback'),
    quiet: ofType(entries, 'quiet').at(-1),
  };
};

/** The first answer to an order, as the caller got it; undefined when none came. */
export const answeredOutcome = ({ posts, final }: OrderHistory): string | undefined => {
  const body = posts.find(isYes)?.body ?? (final?.repeat?.status === 200 ? final.repeat.body : '');
  if (body === undefined || body === '') return undefined;
  return (JSON.parse(body) as { recommendationCode?: string }).recommendationCode;
};
