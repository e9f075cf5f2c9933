import { describe, expect, it } from 'vitest';
import { domainPastOf } from '../../bench/population/domain-past.js';
import { byDomainFacts } from '../../domain/facts/by-domain.js';
import { noHistory } from '../../domain/history.js';
import { ownDomainOf } from '../../domain/mail-domain.js';
import { exampleSettings } from '../support/rules.js';
import { exampleReceivedAtMs, exampleTransaction } from '../support/transactions.js';
import { noLookups } from '../../domain/lookups.js';
import { earlier, row } from './history-rows.js';

const dayMs = 86_400_000;

describe("a firm's own domain", () => {
  it.each([
    ['ann@Acme-Tools.test', 'acme-tools.test'],
    [' Ann+gifts@ACME.test ', 'acme.test'],
    ['ann@bücher.test', 'xn--bcher-kva.test'],
    ['ann@gmail.com', undefined],
    ['ann@googlemail.com', undefined],
    ['ann@Sympatico.CA', undefined],
    ['ann@example.com', undefined],
    ['ann@mailinator.com', undefined],
    ['', undefined],
    ['no address', undefined],
  ])('of %s is %s', (mailbox, domain) => {
    expect(ownDomainOf(mailbox)).toBe(domain);
  });
});

describe('the facts of a domain', () => {
  const read = (emailAddress: string, domain = noHistory.domain) =>
    byDomainFacts.read({
      transaction: exampleTransaction({ customer: { emailAddress } }),
      ...{ settings: exampleSettings(), receivedAtMs: exampleReceivedAtMs, lookups: noLookups },
      ...{ history: { ...noHistory, domain }, listings: [], evidence: [] },
    });

  it('of an order whose row was stored without one are unknown, and no good sign', () => {
    const facts = read('ann@acme.test');
    expect(facts).toEqual({
      ...{ isOwn: true, mailboxes: 1_000_000_000, frauds: -1, sinceDays: -1, billedDays: -1 },
    });
  });

  it('are those of its earlier orders', () => {
    const past = { mailboxes: 2, frauds: 0, sinceDays: 90, billedDays: 60 };
    expect(read('ann@acme.test', past)).toEqual({ isOwn: true, ...past });
    expect(read('ann@example.com')['isOwn']).toBe(false);
  });
});

describe('the earlier orders of a domain, in memory', () => {
  const here = { billingPostal: 'postal-own' };
  /** A label or a reject of a row is as old as the row. */
  const pastOf = (...rows: ReturnType<typeof earlier>[]) =>
    domainPastOf(
      row(),
      rows
        .toSorted((one, other) => one.receivedAtMs - other.receivedAtMs)
        .map((stored) => ({
          row: stored,
          labels: stored.label === null ? [] : [{ kind: stored.label, atMs: stored.receivedAtMs }],
          rejectedAtMs: stored.wasRejected ? stored.receivedAtMs : Number.POSITIVE_INFINITY,
        })),
    );

  it('count from a week on, up to 400 days, and by the day', () => {
    expect(pastOf(earlier(7 * dayMs - 1, here)).sinceDays).toBe(-1);
    expect(pastOf(earlier(7 * dayMs, here)).sinceDays).toBe(7);
    expect(pastOf(earlier(400 * dayMs - 1, here)).billedDays).toBe(399);
    expect(pastOf(earlier(400 * dayMs, here)).billedDays).toBe(-1);
  });

  it('are familiar only where they are billed alike, and ended well', () => {
    const bad = earlier(200 * dayMs, { ...here, label: 'chargeback' });
    const rejected = earlier(190 * dayMs, { ...here, wasRejected: true });
    const elsewhere = earlier(150 * dayMs);
    expect(pastOf(bad, rejected, elsewhere, earlier(90 * dayMs, here))).toEqual({
      ...{ mailboxes: 4, frauds: 1, sinceDays: 150, billedDays: 90 },
    });
  });

  it('say nothing of a domain with more than 20 mailboxes', () => {
    const orders = (count: number) =>
      Array.from({ length: count }, (_, number) => earlier((10 + number) * dayMs, here));
    expect(pastOf(...orders(20)).billedDays).toBe(29);
    expect(pastOf(...orders(21))).toEqual({
      ...{ mailboxes: 21, frauds: -1, sinceDays: -1, billedDays: -1 },
    });
  });
});
