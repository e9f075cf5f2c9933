import { createOrderGenerator, type OrderGenerator } from './generate.js';
import { writeOrder } from './order.js';
import { createRandom } from './random.js';
import type { DeskWork } from './scene.js';
import { tellScenes } from './scenes.js';

/** An order that will be sent. Writing draws from the seed: write each once, in order. */
export interface PlannedOrder {
  readonly write: OrderGenerator;
  /** What the desk does about its case; undefined for orders of the stream. */
  readonly desk: DeskWork | undefined;
}

/** Fewer orders would leave too little everyday life between the linked stories. */
export const countWithScenes = 100;

const tellOrders = (seed: number): PlannedOrder[] => {
  const random = createRandom(seed + 1);
  return tellScenes(random).map(({ story, order, desk = {} }) => ({
    desk,
    write: (placement) => ({ story, body: writeOrder(order, random, placement) }),
  }));
};

/** `count` orders: the stream and, where there is room, the linked stories spread over it. */
export const planOrders = (seed: number, count: number): PlannedOrder[] => {
  const write = createOrderGenerator(seed);
  const told = count < countWithScenes ? [] : tellOrders(seed);
  const toldBefore = (index: number) => Math.floor((index * told.length) / count);
  return Array.from({ length: count }, (_, index) => {
    const place = toldBefore(index);
    const scripted = toldBefore(index + 1) > place ? told[place] : undefined;
    return scripted ?? { write, desk: undefined };
  });
};
