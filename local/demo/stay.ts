import { setTimeout as pause } from 'node:timers/promises';
import type { Terminal } from '../terminal.js';
import type { DemoClient } from './client.js';
import { createOrderGenerator } from './generate.js';
import { numberOrders } from './run.js';

const orderEveryMs = 5000;

/** Sends an order every five seconds until `signal` aborts. */
export const streamOrders = async (
  client: DemoClient,
  seed: number,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> => {
  const generate = createOrderGenerator(seed + 2);
  const orderIdOf = numberOrders();
  terminal.write('  An order every five seconds. Ctrl-C ends it.\n\n');
  for (let index = 0; !signal.aborted; index += 1) {
    const now = new Date();
    const orderId = orderIdOf(index);
    const { story, body } = generate({ orderId, now });
    const answer = await client.postOrder(body);
    const time = terminal.paint('dim', now.toTimeString().slice(0, 8));
    terminal.write(`  ${time}  ${orderId} ${answer?.outcome ?? 'undecided'}: ${story}\n`);
    await pause(orderEveryMs, undefined, { signal }).catch(() => undefined);
  }
};
