import { z } from 'zod';

/** Body of `POST /v1/transactions/{transactionId}/withdrawal`; may be left out, nothing is read. */
export const WithdrawalRequest = z.looseObject({}).meta({ id: 'WithdrawalRequest' });

/** Answer of a withdrawal, the first and every repeated one. */
export const Withdrawal = z
  .object({ transactionId: z.string(), status: z.literal('withdrawn') })
  .meta({ id: 'Withdrawal' });
export type Withdrawal = z.output<typeof Withdrawal>;
