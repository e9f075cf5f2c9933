import { request } from 'undici';
import type { Fault, Target } from './fault.js';

type PartnerName = 'oms' | 'sardine' | 'yleo';

/** Sets the fault of a simulator; removes it without a plan. */
export const setPlan = async (
  { stack }: Pick<Target, 'stack'>,
  partner: PartnerName,
  plan?: object,
): Promise<void> => {
  const reply = await request(`${stack.simulatorUrl}/_faults/${partner}`, {
    method: plan === undefined ? 'DELETE' : 'PUT',
    headers: { 'content-type': 'application/json' },
    ...(plan !== undefined && { body: JSON.stringify(plan) }),
  });
  await reply.body.dump();
  if (reply.statusCode >= 300) throw new Error(`the simulator refuses a fault of ${partner}`);
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
