import { z } from 'zod';
import { isCurrency } from './currency.js';

/**
 * What the wrong decision about an order costs, for the case page. The defaults are usual figures;
 * a retailer puts its own in their place.
 */
export const MistakeSettings = z.strictObject({
  /** The acquirer's fee for a chargeback by currency, besides the goods; 15 to 25 USD is usual. */
  chargebackFee: z
    .record(z.string().refine(isCurrency, 'must be a code of ISO 4217'), z.number().min(0))
    .default({ USD: 25, CAD: 35 }),
  /**
   * Margin as a share of the price, for lines that say neither cost nor margin and for the
   * customer's year. Department stores report a gross margin of 35 to 42 % in annual reports.
   */
  marginShare: z.number().min(0).max(1).default(0.38),
});
export type MistakeSettings = z.output<typeof MistakeSettings>;
