/** One place of the product that a mutant changes. */
export interface Change {
  readonly file: string;
  /** Is there exactly once. */
  readonly from: string;
  readonly to: string;
}

/** A fault planted in a copy of the product, and the storm that must bring it to light. */
export interface Mutant {
  readonly about: string;
  readonly changes: readonly Change[];
  /** What the checker says of it. It may find more where the machine is slow. */
  readonly findings: RegExp;
  readonly storm: {
    readonly minutes: number;
    readonly ordersPerSecond: number;
    /** Texts in the names of the faults, as `--faults` takes them. */
    readonly faults: string;
  };
}

const settleOrder = 'activities/settle-order.ts';

/** The mutants by name. A checker that notices none of them would prove nothing. */
export const mutants: Readonly<Record<string, Mutant>> = {
  'no-idempotency-key': {
    about: 'each call of OMS has a key of its own, so OMS recognises no repeat',
    changes: [
      {
        file: settleOrder,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a source
        from: 'idempotencyKey: `${workflowId}:${action}`',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a source
        to: 'idempotencyKey: `${workflowId}.${Math.random()}:${action}`',
      },
    ],
    findings: /^one-settlement: /,
    storm: { minutes: 0.5, ordersPerSecond: 2, faults: 'oms acts,cut answers of oms' },
  },
  'answer-before-store': {
    about: 'the decision is stored a second after the caller got it',
    changes: [
      {
        file: 'services/transactions/decisions.ts',
        from: 'const recorded = await insertDecision(db, row, {',
        to: `const later = async (...given: Parameters<typeof insertDecision>) => {
    if ((await findDecision(db, input.transactionId)) !== undefined) return false;
    setTimeout(() => void insertDecision(...given).catch(() => undefined), 1000);
    return true;
  };
  const recorded = await later(db, row, {`,
      },
    ],
    findings: /^(stored-first|answer-kept|one-decision): /,
    storm: { minutes: 0.7, ordersPerSecond: 3, faults: 'kill -9 worker,reset postgres' },
  },
  'last-signal-wins': {
    about: 'a signal overrides the verdict that the workflow has taken',
    changes: [
      {
        file: 'workflows/order/handlers.ts',
        from: "offerVerdict(screening, message, 'signal');",
        to: `if (screening.outcome !== undefined) {
        const remarks = message.remarks ?? '';
        const { recommendationCode: outcome } = message;
        winRound(screening, { outcome, source: 'signal', reviewer: 'signal', remarks });
      }`,
      },
    ],
    findings: /^(verdict-acts|never-both): /,
    storm: { minutes: 1.5, ordersPerSecond: 4, faults: 'stop worker' },
  },
  'no-fixed-instant': {
    about: 'an order is scored by what is known at present, and not when it came',
    changes: [
      {
        file: 'db/order-history.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a source
        from: "`${isCounted('h')}\n      and ",
        to: '`',
      },
      {
        file: 'db/order-history.ts',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a source
        from: "hours'\n      and ${table}.received_at <= own.received_at",
        to: "hours'",
      },
    ],
    findings: /^fixed-instant: /,
    storm: { minutes: 1, ordersPerSecond: 4, faults: 'stop worker,kill -9 worker,hang temporal' },
  },
  'late-commit-skipped': {
    about: 'the consumers go on from the last event, and skip one that commits late',
    changes: [
      {
        file: 'db/order-events.ts',
        from: 'where dispatched_at is null and (select is_ours from us)',
        to: `where dispatched_at is null and (select is_ours from us)
      and id > (select coalesce(max(id), 0) from order_events where dispatched_at is not null)`,
      },
    ],
    findings: /^event-once: .*(never heard|no alert|count$)|events without consumers$/,
    storm: { minutes: 1, ordersPerSecond: 5, faults: 'slow postgres,reset postgres' },
  },
  'settlement-by-memory': {
    about: 'the workflow settles what it remembers, and not the verdict that is stored',
    changes: [
      {
        file: settleOrder,
        from: 'const outcome = record.decision.recommendationCode;',
        to: `const outcome = input.action === 'process' ? 'accept' : 'reject';
    record.decision.recommendationCode = outcome;`,
      },
      {
        file: settleOrder,
        from: "if (stored.status !== 'settling' || outcome === 'review') {",
        to: 'if (round !== input.round) {',
      },
      {
        file: 'workflows/order/review.ts',
        from: 'followKept(screening, await recordVerdict({ transactionId, round, ...verdict }));',
        to: 'await recordVerdict({ transactionId, round, ...verdict });',
      },
    ],
    findings: /^(never-both|audit-whole|verdict-acts): /,
    storm: { minutes: 1, ordersPerSecond: 4, faults: 'reset and decide again' },
  },
};
