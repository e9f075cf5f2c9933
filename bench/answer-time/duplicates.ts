import type { BenchContext } from '../context.js';
import { openLoop } from '../load.js';
import type { Caller } from '../overload/caller.js';
import { type Percentiles, percentilesOf } from '../percentiles.js';
import type { Plan } from './plan.js';

/** Orders that are decided before, each posted again several times. */
const orders = 10;

/**
 * Posts decided orders again at a fixed rate. Throws when a repeat is not answered with the same
 * bytes as its order.
 */
export const measureDuplicates = async (
  caller: Caller,
  { perSecond, seconds }: Plan['duplicates'],
  { signal, say }: BenchContext,
): Promise<Percentiles> => {
  say(`orders posted again, ${perSecond} a second`);
  const decided: { readonly body: string; readonly text: string }[] = [];
  for (let index = 0; index < orders; index += 1) {
    const body = caller.makeOrder();
    decided.push({ body, text: (await caller.postUntilAnswered(body)).text });
  }
  let sent = 0;
  const repeat = async (): Promise<void> => {
    const known = decided[sent % orders];
    sent += 1;
    if (known === undefined) throw new RangeError('there is no order to repeat');
    const { status, text } = await caller.post('/transaction', known.body);
    if (status !== 200 || text !== known.text) throw new Error(`a repeat was answered ${status}`);
  };
  return percentilesOf(await openLoop(repeat, { perSecond, seconds, signal }));
};
