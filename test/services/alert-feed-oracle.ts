import * as fc from 'fast-check';
import type { Outcome } from '../../contracts/hbc/decision.js';
import { cardOwnerOf, ownerOf } from './alert-feed-fixture.js';

/** A step: something that happens to an order or to the feed, `afterMs` after the step before. */
export type FeedStep = {
  readonly afterMs: number;
} & (
  | { readonly kind: 'decide'; readonly order: number; readonly outcome: Outcome }
  | { readonly kind: 'verdict'; readonly order: number; readonly outcome: 'accept' | 'reject' }
  | { readonly kind: 'withdraw' | 'refuse' | 'take'; readonly order: number }
  | { readonly kind: 'look'; readonly worker: number }
  | { readonly kind: 'feed'; readonly limit: number; readonly feeders: number }
  | { readonly kind: 'crash' }
);

/** Orders that share cards, accounts, sales people and stores. */
export const orderKinds = [
  { card: '4111111111111111', account: 'A-1', salesRep: 'Kim Doe', storeNumber: 1 },
  { card: '4111111111111111', account: '', salesRep: 'Kim Doe', storeNumber: 2 },
  { card: '5555555555554444', account: 'A-1', salesRep: '', storeNumber: 1 },
  { card: '4111111111111111', account: 'A-2', salesRep: 'Lee Poe', storeNumber: 1 },
] as const;

export const lateAfterMs = 15 * 60_000;

const order = fc.nat({ max: orderKinds.length - 1 });
const outcome = fc.constantFrom('reject' as const, 'review' as const, 'accept' as const);
const verdict = fc.constantFrom('reject' as const, 'accept' as const);

const steps = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('decide' as const), order, outcome }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('verdict' as const), order, outcome: verdict }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('withdraw' as const, 'refuse' as const, 'refuse' as const, 'take'),
      order,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('look' as const), worker: fc.nat({ max: 1 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('feed' as const),
      limit: fc.integer({ min: 1, max: 4 }),
      feeders: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
) as fc.Arbitrary<FeedStep extends infer S ? Omit<S, 'afterMs'> : never>;

/** Steps at moments that are often one, and often just beside the line where an order is late. */
export const stories = fc.array(
  fc
    .tuple(steps, fc.constantFrom(0, 1, 1500, lateAfterMs / 2, lateAfterMs, lateAfterMs + 1))
    .map(([step, afterMs]) => ({ ...step, afterMs }) as FeedStep),
  { minLength: 5, maxLength: 25 },
);

interface OrderState {
  status: 'unknown' | 'in_review' | 'settling' | 'oms_rejected' | 'ended';
  sinceMs: number;
  round: number;
}

/** What docs/alerts.md says is counted, worked out from every order each time. */
export class FeedOracle {
  readonly #orders: OrderState[] = orderKinds.map(() => ({
    ...{ status: 'unknown', sinceMs: 0, round: 0 },
  }));
  /** When it happened, by `<kind>:<order>`. */
  readonly counted = new Map<string, number>();

  stateOf(number: number): OrderState {
    const state = this.#orders[number];
    if (state === undefined) throw new Error(`no order ${number}`);
    return state;
  }

  #count(kind: string, number: number, atMs: number): void {
    const key = `${kind}:${number}`;
    if (!this.counted.has(key)) this.counted.set(key, atMs);
  }

  decide(number: number, given: Outcome, atMs: number): void {
    const state = this.stateOf(number);
    if (state.status !== 'unknown') return;
    state.status = given === 'review' ? 'in_review' : 'settling';
    state.sinceMs = atMs;
    if (given === 'review') this.#count('reviewed', number, atMs);
    if (given === 'reject') this.#count('declined', number, atMs);
  }

  isOpen(number: number): boolean {
    return ['in_review', 'oms_rejected'].includes(this.stateOf(number).status);
  }

  verdict(number: number, given: 'accept' | 'reject', atMs: number): void {
    Object.assign(this.stateOf(number), { status: 'settling', sinceMs: atMs });
    if (given === 'reject') this.#count('declined', number, atMs);
  }

  look(atMs: number): void {
    for (const [number, { status, sinceMs }] of this.#orders.entries()) {
      if (status !== 'settling' || atMs - sinceMs <= lateAfterMs) continue;
      this.#count('settlement_late', number, sinceMs + lateAfterMs);
    }
  }

  /** Every activity, by its id. */
  activities(idOf: (number: number) => string): Map<string, [string, number, number]> {
    const all = new Map<string, [string, number, number]>();
    for (const [key, atMs] of this.counted) {
      const [kind = '', number = ''] = key.split(':');
      const given = orderKinds[Number(number)];
      if (given === undefined) throw new Error(`no order ${number}`);
      const { card, account, salesRep, storeNumber } = given;
      const note = (subject: string, owner: string): void => {
        all.set(`${kind}:${idOf(Number(number))}:${subject}`, [owner, storeNumber, atMs]);
      };
      if (kind === 'settlement_late') note('banner', 'banner:s5a');
      if (kind === 'reviewed' && salesRep !== '') {
        note('salesRep', ownerOf('salesRep', `s5a\u0000${salesRep.toLowerCase()}`));
      }
      if (kind !== 'declined') continue;
      note('card', cardOwnerOf(card));
      if (account !== '') note('account', ownerOf('account', `s5a\u0000${account}`));
      note('email', ownerOf('email', 'all@example.com'));
    }
    return all;
  }
}
