import { createOrderGenerator, type OrderGenerator } from './generate.js';
import { writeOrder } from './order.js';
import { createRandom } from './random.js';
import type { DeskWork } from './scene.js';
import { mixScenes } from './scenes.js';

/** An order that will be sent. Writing draws from the seed: write each once, in order. */
export interface PlannedOrder {
  readonly write: OrderGenerator;
  /** What the desk does about its case; undefined for orders of the stream. */
  readonly desk: DeskWork | undefined;
}

/** Fewer orders would leave too little everyday life between the linked stories. */
export const countWithScenes = 100;

const planScenes = (seed: number): PlannedOrder[] => {
  const random = createRandom(seed + 1);
  return mixScenes(random).map(({ story, order, desk = {} }) => ({
    desk,
    write: (placement) => ({ story, body: writeOrder(order, random, placement) }),
  }));
};

/** `count` orders: the stream and, where there is room, the linked stories spread over it. */
export const planOrders = (seed: number, count: number): PlannedOrder[] => {
  const write = createOrderGenerator(seed);
  const linked = count < countWithScenes ? [] : planScenes(seed);
  const linkedBefore = (index: number) => Math.floor((index * linked.length) / count);
  return Array.from({ length: count }, (_, index) => {
    const place = linkedBefore(index);
    const scripted = linkedBefore(index + 1) > place ? linked[place] : undefined;
    return scripted ?? { write, desk: undefined };
  });
};
