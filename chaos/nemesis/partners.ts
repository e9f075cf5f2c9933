import { request } from 'undici';
import { sleep } from '../callers/storm.js';
import type { Fault, Target } from './fault.js';

type PartnerName = 'oms' | 'sardine' | 'yleo';

const setOnce = async (url: string, plan?: object): Promise<void> => {
  const reply = await request(url, {
    method: plan === undefined ? 'DELETE' : 'PUT',
    headers: { 'content-type': 'application/json' },
    ...(plan !== undefined && { body: JSON.stringify(plan) }),
    ...{ headersTimeout: 2000, bodyTimeout: 2000 },
  });
  await reply.body.dump();
  if (reply.statusCode >= 300) throw new Error(`a simulator refuses a fault: ${url}`);
};

const setTries = 20;

/** Sets the fault of a simulator, which may just be away; removes it without a plan. */
export const setPlan = async (
  { stack, end }: Pick<Target, 'stack' | 'end'>,
  partner: PartnerName,
  plan?: object,
): Promise<void> => {
  const url = `${stack.simulatorUrls[partner]}/_faults/${partner}`;
  for (let tries = 1; tries < setTries; tries += 1) {
    const isSet = await setOnce(url, plan).then(
      () => true,
      () => false,
    );
    if (isSet) return;
    await sleep(500, end);
  }
  await setOnce(url, plan);
};

const planned = (name: string, partner: PartnerName, plan: object): Fault => ({
  name,
  lasts: [2000, 8000],
  begin: async (target) => {
    await setPlan(target, partner, plan);
    return { heal: () => setPlan(target, partner) };
  },
});

/** Partners that answer badly. */
export const partnerFaults: readonly Fault[] = [
  planned('oms answers 503', 'oms', { status: 503 }),
  planned('oms acts and answers 503', 'oms', { status: 503, actsFirst: true }),
  planned('oms acts and resets', 'oms', { connection: 'reset', actsFirst: true }),
  planned('oms answers 401', 'oms', { status: 401, errorRate: 0.5 }),
  planned('oms answers 429', 'oms', { status: 429, retryAfter: '2' }),
  planned('oms refuses an order', 'oms', { status: 404, times: 1 }),
  planned('sardine answers 500', 'sardine', { status: 500, errorRate: 0.7 }),
  planned('sardine hangs', 'sardine', { connection: 'hang' }),
  planned('yleo breaks its answers', 'yleo', { body: 'broken', errorRate: 0.7 }),
  planned('yleo is slow', 'yleo', { latencyMs: 1200 }),
];
