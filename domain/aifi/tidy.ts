import { cutText, isLonger, textLimits } from '../../contracts/text-limits.js';
import { toStorable, withoutLastNumber } from '../text.js';
import type { Json, JsonObject } from './json.js';
import { maskPushed } from './mask-push.js';

/** What was changed in a push before it was stored. */
export type TidyFlag = 'card_masked' | 'text_replaced' | 'text_cut' | 'depth_cut' | 'metadata_cut';

/** Levels of nested objects and lists; the documented push has five. */
export const depthMax = 32;
/** UTF-16 code units of one `metadata` field, as JSON. */
export const metadataMax = 16_384;

/** The position of a value in a push. */
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
  if (!isLonger(clean, textLimits.pushedText.max)) return maskedText(clean, place, flags);
  flags.add('text_cut');
  // Cut before masking, so that a long text costs no more than what is stored of it. A cut card
  // number no longer passes Luhn, so trailing digits are dropped too.
  return maskedText(withoutLastNumber(cutText(clean, 'pushedText')), place, flags);
};

/** A cleaned value with its length as JSON, counted once on the way up. */
interface Tidied {
  readonly value: Json;
  readonly length: number;
}

const plain = (value: Json): Tidied => ({ value, length: JSON.stringify(value).length });

const nothing = plain(null);

/** The length of the punctuation of a list or an object and of its parts. */
const lengthOf = (lengths: readonly number[]): number =>
  lengths.reduce((sum, length) => sum + length, 2 + Math.max(0, lengths.length - 1));

function* tidyMember(
  [name, value]: readonly [string, Json],
  place: Place,
  flags: Set<TidyFlag>,
): Generator<undefined, readonly [string, Tidied]> {
  const isInMetadata = place.isInMetadata || name === 'metadata';
  const tidy = yield* tidyValue(value, { name, depth: place.depth + 1, isInMetadata }, flags);
  const isCut = name === 'metadata' && tidy.length > metadataMax;
  if (isCut) flags.add('metadata_cut');
  return [tidyText(name, { ...place, name: '' }, flags), isCut ? nothing : tidy];
}

function* tidyList(
  list: readonly Json[],
  place: Place,
  flags: Set<TidyFlag>,
): Generator<undefined, Tidied> {
  const inner = { ...place, depth: place.depth + 1 };
  const parts: Tidied[] = [];
  let readLength = 0;
  for (const one of list) {
    // `metadata` beyond its limit is cut as a whole, so the rest need not be read.
    if (place.isInMetadata && readLength > metadataMax) break;
    const part = yield* tidyValue(one, inner, flags);
    parts.push(part);
    readLength += part.length;
  }
  return {
    value: parts.map(({ value }) => value),
    length: lengthOf(parts.map(({ length }) => length)),
  };
}

function* tidyObject(
  object: JsonObject,
  place: Place,
  flags: Set<TidyFlag>,
): Generator<undefined, Tidied> {
  const members = new Map<string, Tidied>();
  for (const member of Object.entries(object)) {
    const [name, tidy] = yield* tidyMember(member, place, flags);
    members.set(name, tidy);
  }
  const lengths = [...members].map(
    ([name, { length }]) => JSON.stringify(name).length + 1 + length,
  );
  const value = Object.fromEntries([...members].map(([name, tidy]) => [name, tidy.value]));
  return { value, length: lengthOf(lengths) };
}

function* tidyValue(value: Json, place: Place, flags: Set<TidyFlag>): Generator<undefined, Tidied> {
  yield;
  if (typeof value === 'string') return plain(tidyText(value, place, flags));
  if (typeof value === 'number') return plain(masked(value, place, flags));
  if (typeof value !== 'object' || value === null) return plain(value);
  if (place.depth >= depthMax) {
    flags.add('depth_cut');
    return nothing;
  }
  return Array.isArray(value)
    ? yield* tidyList(value as readonly Json[], place, flags)
    : yield* tidyObject(value as JsonObject, place, flags);
}

/** A cleaned push, with flags for what was changed. */
interface TidyPush {
  readonly push: Json;
  readonly flags: TidyFlag[];
}

/**
 * Cleans a push for storage: masks card numbers, replaces NUL and lone surrogates by U+FFFD, cuts
 * texts, nesting and `metadata` at their limits, and flags each change. It yields at each value,
 * because a push may be a megabyte and must not block the event loop.
 */
export function* tidyPushInParts(raw: Json): Generator<undefined, TidyPush> {
  const flags = new Set<TidyFlag>();
  const { value } = yield* tidyValue(raw, { name: '', depth: 0, isInMetadata: false }, flags);
  return { push: value, flags: [...flags] };
}
