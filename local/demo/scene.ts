import type { DemoOrder } from './order.js';
import type { Random } from './random.js';

/** How long the desk gives itself for a case. */
export const reviewMinutes = 240;

/** What people do about a case, and when it is due. */
export interface DeskWork {
  readonly tags?: readonly string[];
  readonly note?: string;
  /** Why it needs somebody else. */
  readonly escalation?: string;
  readonly holdHours?: number;
  readonly isClaimed?: boolean;
  /** Minutes until the deadline; negative when it has passed. */
  readonly dueInMinutes?: number;
}

export interface ScriptedOrder {
  readonly order: DemoOrder;
  readonly desk?: DeskWork;
}

/** Orders that belong together, in the order of their arrival. */
export interface Scene {
  readonly name: string;
  readonly write: (random: Random) => readonly ScriptedOrder[];
}

export const guest = { customerType: 'guest', accountAgeDays: 0 } as const;

/** `count` orders of a scene; `desk` says by index what people do about them. */
export const scriptOrders = (
  count: number,
  write: (index: number) => DemoOrder,
  desk: Readonly<Record<number, DeskWork>> = {},
): ScriptedOrder[] =>
  Array.from({ length: count }, (_, index) => ({
    order: write(index),
    ...(desk[index] !== undefined && { desk: desk[index] }),
  }));
