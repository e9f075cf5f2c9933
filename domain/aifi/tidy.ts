import type { Json } from './json.js';

/** What was changed in a push so that it could be kept. */
export type TidyFlag = 'text_replaced' | 'text_cut' | 'depth_cut' | 'metadata_cut';

/** UTF-16 code units of one text; every documented one is far shorter. */
export const textMax = 4096;
/** Nested objects and lists; the documented push has five. */
export const depthMax = 32;
/** UTF-16 code units of one `metadata`, as JSON. */
export const metadataMax = 16_384;

const tidyText = (text: string, flags: Set<TidyFlag>): string => {
  const cut = text.length > textMax ? text.slice(0, textMax) : text;
  if (cut !== text) flags.add('text_cut');
  // With the flag u, a pair is one character: only surrogates that stand alone match.
  const clean = cut.replaceAll('\u0000', '\uFFFD').replaceAll(/\p{Surrogate}/gu, '\uFFFD');
  if (clean !== cut) flags.add('text_replaced');
  return clean;
};

const tidyValue = (value: Json, depth: number, flags: Set<TidyFlag>): Json => {
  if (typeof value === 'string') return tidyText(value, flags);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= depthMax) {
    flags.add('depth_cut');
    return null;
  }
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((one) => tidyValue(one, depth + 1, flags));
  }
  const entries = Object.entries(value).map(([name, one]) => {
    const tidy = tidyValue(one, depth + 1, flags);
    const isCut = name === 'metadata' && JSON.stringify(tidy).length > metadataMax;
    if (isCut) flags.add('metadata_cut');
    return [tidyText(name, flags), isCut ? null : tidy] as const;
  });
  return Object.fromEntries(entries);
};

/**
 * A push in a form that can be kept: NUL and lone surrogates become U+FFFD; texts, nesting and
 * `metadata` beyond their limits are cut. The flags say what was changed.
 */
export const tidyPush = (raw: Json): { readonly push: Json; readonly flags: TidyFlag[] } => {
  const flags = new Set<TidyFlag>();
  const push = tidyValue(raw, 0, flags);
  return { push, flags: [...flags] };
};
