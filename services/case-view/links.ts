import { insertAudit } from '../../db/audit.js';
import { findCase } from '../../db/cases.js';
import {
  type LinkedOrderRow,
  type LinkedSubject,
  type LinkRow,
  linkedSubjects,
  listLinkedOrders,
  listLinks,
} from '../../db/linked-orders.js';
import type { Context } from '../context.js';
import { openBody } from '../transactions/records.js';

/** An order that shares subjects with the case's order, over one or more steps. */
export interface LinkedOrder extends Omit<LinkedOrderRow, 'body'> {
  /** The name of its shopper; undefined when the order's body cannot be opened. */
  readonly shopper: string | undefined;
  /** What it shares with the order through which it was found. */
  readonly shares: readonly LinkedSubject[];
  /** Steps from the case's order, from 1. */
  readonly steps: number;
}

/** A subject that orders share. Numbers stand for the values, which stay in the process. */
export interface SharedSubject {
  readonly id: string;
  readonly subject: LinkedSubject;
  /** Orders that have it, the case's own included. */
  readonly transactionIds: readonly string[];
}

/** Linked orders as a table and as a graph of the same rows. */
export interface Links {
  readonly transactionId: string;
  readonly orderId: string;
  readonly orders: readonly LinkedOrder[];
  readonly subjects: readonly SharedSubject[];
  /** There are more linked orders than are shown. */
  readonly isMore: boolean;
}

/** The most steps that the page goes; with more, everything is linked with everything. */
export const stepsMax = 2;

/** Orders read for each subject of an order, and the most that are shown in all. */
const perSubject = 20;
const perSubjectFarther = 6;
const ordersMax = 60;

interface Found {
  readonly ids: readonly string[];
  readonly links: readonly LinkRow[];
  readonly stepsOf: ReadonlyMap<string, number>;
  readonly isMore: boolean;
}

/** Walks step by step; an order keeps the number of steps at which it was first found. */
const walk = async ({ db }: Context, start: string, steps: number): Promise<Found> => {
  const stepsOf = new Map([[start, 0]]);
  const links: LinkRow[] = [];
  let [frontier, isMore] = [[start], false];
  for (let step = 1; step <= Math.min(steps, stepsMax) && frontier.length > 0; step += 1) {
    const found = await listLinks(db, frontier, step === 1 ? perSubject : perSubjectFarther);
    links.push(...found);
    const fresh = new Set(found.map((row) => row.to_id).filter((id) => !stepsOf.has(id)));
    const room = ordersMax - (stepsOf.size - 1);
    isMore ||= fresh.size > room;
    frontier = [...fresh].slice(0, room);
    for (const id of frontier) stepsOf.set(id, step);
  }
  return { ids: [...stepsOf.keys()].filter((id) => id !== start), links, stepsOf, isMore };
};

const subjectsIn = ({ links, stepsOf }: Found): SharedSubject[] => {
  const groups = new Map<string, { subject: LinkedSubject; ids: Set<string> }>();
  for (const { subject, token, from_id: from, to_id: to } of links) {
    if (!stepsOf.has(to)) continue;
    const key = `${subject} ${token}`;
    const group = groups.get(key) ?? { subject, ids: new Set() };
    group.ids.add(from).add(to);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ subject, ids }, index) => ({
    id: `s${index}`,
    subject,
    transactionIds: [...ids],
  }));
};

/** What an order shares with orders that are one step nearer. */
const sharesOf = (id: string, { links, stepsOf }: Found): LinkedSubject[] => {
  const steps = stepsOf.get(id) ?? 0;
  const nearer = links.filter(
    (link) => link.to_id === id && (stepsOf.get(link.from_id) ?? steps) < steps,
  );
  const shared = new Set(nearer.map(({ subject }) => subject));
  return linkedSubjects.filter((subject) => shared.has(subject));
};

/** Undefined for a body whose key is missing: the other orders must still be shown. */
const shopperOf = ({ vault }: Context<'vault'>, row: LinkedOrderRow): string | undefined => {
  try {
    const { customer, creditCard } = openBody(vault, row.transaction_id, row.body);
    return `${customer.firstName} ${customer.lastName}`.trim() || creditCard.nameOnCard.trim();
  } catch {
    return undefined;
  }
};

/**
 * The orders linked with a case's order by card, mailbox, account, device, network or place, within
 * bounds. Opens their shoppers' names, which is audited. Undefined when there is no such case.
 */
export const readLinks = async (
  context: Context<'vault' | 'actor' | 'now'>,
  caseId: string,
  steps: number,
): Promise<Links | undefined> => {
  const { db, actor, now } = context;
  const row = await findCase(db, caseId);
  if (row === undefined) return undefined;
  const found = await walk(context, row.transaction_id, steps);
  const rows = await listLinkedOrders(db, found.ids);
  await insertAudit(db, {
    actor: actor.name,
    action: 'links.read',
    object: row.transaction_id,
    details: { orders: rows.length, steps },
    at: now,
  });
  return {
    transactionId: row.transaction_id,
    orderId: row.order_id,
    orders: rows.map(({ body, ...order }) => ({
      ...order,
      shopper: shopperOf(context, { ...order, body }),
      shares: sharesOf(order.transaction_id, found),
      steps: found.stepsOf.get(order.transaction_id) ?? 1,
    })),
    subjects: subjectsIn(found),
    isMore: found.isMore,
  };
};
