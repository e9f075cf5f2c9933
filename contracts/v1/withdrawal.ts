import { z } from 'zod';

/** Body of `POST /v1/transactions/{transactionId}/withdrawal`. Optional; its content is ignored. */
export const WithdrawalRequest = z.looseObject({}).meta({ id: 'WithdrawalRequest' });

/** Answer of a withdrawal, the same for every repeat. */
export const Withdrawal = z
  .object({ transactionId: z.string(), status: z.literal('withdrawn') })
  .meta({ id: 'Withdrawal' });
export type Withdrawal = z.output<typeof Withdrawal>;
