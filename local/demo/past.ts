import type { MovedOrder } from './move-times.js';
import type { Random } from './random.js';
import { type DeskWork, reviewMinutes } from './scene.js';

/** An order that was answered, with what the plan says about it. */
export interface AnsweredOrder {
  readonly transactionId: string;
  /** The scene that it belongs to; undefined for an order of the stream. */
  readonly scene: string | undefined;
  readonly hasCase: boolean;
  readonly desk: DeskWork | undefined;
}

const dueOf = ({ hasCase, desk }: AnsweredOrder, random: Random): number | undefined =>
  hasCase ? (desk?.dueInMinutes ?? random.whole(25, reviewMinutes - 5)) : undefined;

/**
 * How long ago each order came. A case opened as long before its deadline as reviewers have. The
 * orders of a scene move together, as they count each other.
 */
export const placeInPast = (orders: readonly AnsweredOrder[], random: Random): MovedOrder[] => {
  const due = orders.map((order) => ({ order, dueInMinutes: dueOf(order, random) }));
  const agoOf = (minutes: number | undefined): number =>
    minutes === undefined ? 0 : reviewMinutes - minutes;
  const ofScene = new Map<string, number>();
  for (const { order, dueInMinutes } of due) {
    const { scene = order.transactionId } = order;
    ofScene.set(scene, Math.max(ofScene.get(scene) ?? 0, agoOf(dueInMinutes)));
  }
  return due.map(({ order, dueInMinutes }) => ({
    transactionId: order.transactionId,
    minutesAgo: ofScene.get(order.scene ?? order.transactionId) ?? 0,
    dueInMinutes,
  }));
};
