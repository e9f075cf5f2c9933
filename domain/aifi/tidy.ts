import { toStorable } from '../text.js';
import type { Json } from './json.js';
import { maskPushed } from './mask-push.js';

/** What was changed in a push so that it could be kept. */
export type TidyFlag = 'card_masked' | 'text_replaced' | 'text_cut' | 'depth_cut' | 'metadata_cut';

/** UTF-16 code units of one text; every documented one is far shorter. */
export const textMax = 4096;
/** Nested objects and lists; the documented push has five. */
export const depthMax = 32;
/** UTF-16 code units of one `metadata`, as JSON. */
export const metadataMax = 16_384;

/** Where a value stands in a push. */
interface Place {
  readonly name: string;
  readonly depth: number;
  readonly isInMetadata: boolean;
}

const masked = <T extends string | number>(value: T, place: Place, flags: Set<TidyFlag>) => {
  const safe = maskPushed(value, place.name, place.isInMetadata);
  if (safe !== value) flags.add('card_masked');
  return safe;
};

const maskedText = (text: string, place: Place, flags: Set<TidyFlag>): string =>
  String(masked(text, place, flags));

const tidyText = (text: string, place: Place, flags: Set<TidyFlag>): string => {
  const clean = toStorable(text);
  if (clean !== text) flags.add('text_replaced');
  // Before the cut, which may leave most of a card number, and after it, which may make one.
  const whole = maskedText(clean, place, flags);
  if (whole.length <= textMax) return whole;
  flags.add('text_cut');
  const cut = toStorable(whole.slice(0, textMax));
  return maskedText(cut, place, flags);
};

const tidyMember = (
  [name, value]: readonly [string, Json],
  place: Place,
  flags: Set<TidyFlag>,
): readonly [string, Json] => {
  const isInMetadata = place.isInMetadata || name === 'metadata';
  const tidy = tidyValue(value, { name, depth: place.depth + 1, isInMetadata }, flags);
  const isCut = name === 'metadata' && JSON.stringify(tidy).length > metadataMax;
  if (isCut) flags.add('metadata_cut');
  return [tidyText(name, { ...place, name: '' }, flags), isCut ? null : tidy];
};

const tidyValue = (value: Json, place: Place, flags: Set<TidyFlag>): Json => {
  if (typeof value === 'string') return tidyText(value, place, flags);
  if (typeof value === 'number') return masked(value, place, flags);
  if (typeof value !== 'object' || value === null) return value;
  if (place.depth >= depthMax) {
    flags.add('depth_cut');
    return null;
  }
  if (Array.isArray(value)) {
    const inner = { ...place, depth: place.depth + 1 };
    return (value as readonly Json[]).map((one) => tidyValue(one, inner, flags));
  }
  return Object.fromEntries(
    Object.entries(value).map((member) => tidyMember(member, place, flags)),
  );
};

/**
 * A push in a form that can be kept: card numbers are masked; NUL and lone surrogates become
 * U+FFFD; texts, nesting and `metadata` beyond their limits are cut. The flags say what was
 * changed.
 */
export const tidyPush = (raw: Json): { readonly push: Json; readonly flags: TidyFlag[] } => {
  const flags = new Set<TidyFlag>();
  const push = tidyValue(raw, { name: '', depth: 0, isInMetadata: false }, flags);
  return { push, flags: [...flags] };
};
