import { normaliseWords } from '../text.js';

/** Same, next and second day, in words and in the codes of carriers and Kount (SD, ND, 2D). */
const expeditedForms = [
  '(same|next|one|two|second|1|2|2nd) ?(business ?)?days?',
  'overnight',
  'next ?morning',
  'express\\w*',
  'expedited',
  'rush',
  '[sn]d|[12]d|nda|2da',
];
const expedited = new RegExp(`\\b(${expeditedForms.join('|')})\\b`);

const electronic =
  /\b(electronic\w*|e ?mail(ed)?|e ?deliver\w*|e ?gift|digital\w*|download|sms|virtual)\b/;

/** Whether a shipping method leaves little time to stop the parcel. */
export const isExpedited = (shippingMethod: string): boolean =>
  expedited.test(normaliseWords(shippingMethod));

/** Whether the goods are delivered electronically, with nothing to ship. */
export const isElectronic = (shippingMethod: string): boolean =>
  electronic.test(normaliseWords(shippingMethod));

const pickup = /\b(pick ?up\w*|collect(ion)?|bopis|click and collect|curbside|in ?store)\b/;

/** Whether somebody collects the goods, so that no address is visited. */
export const isPickup = (shippingMethod: string): boolean =>
  pickup.test(normaliseWords(shippingMethod));
