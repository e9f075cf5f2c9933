import type { ApiError } from '../errors.js';
import { parseTransaction, type Transaction } from './transaction.js';

type Path = readonly string[];
type Json = Record<string, unknown>;

/** The path in a fault's message: `$.items[0].color must …` gives `items`, `0`, `color`. */
const pathOf = ({ message }: ApiError): Path =>
  (message.split(' ')[0] ?? '')
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .slice(1);

const objectAt = (value: unknown, path: Path): Json => {
  let at = value as Json;
  for (const step of path.slice(0, -1)) at = at[step] as Json;
  return at;
};

const lastOf = (path: Path): string => path.at(-1) ?? '';

/** A valid text of any field that may have been too long. */
const standInFor = (path: Path): string => {
  if (lastOf(path) === 'ipAddress') return '';
  return lastOf(path) === 'emailAddress' ? 'a@b.cc' : 'x';
};

/** More parts than an order has lines with texts that can be too long. */
const triesMax = 20;

/**
 * Parses an order whose only faults are texts beyond today's limits, as earlier releases did;
 * undefined with any other fault. The result serves only for a comparison with a stored order.
 * `turn` is awaited between the parts.
 */
export const parseWithLongerTexts = async (
  raw: unknown,
  faults: readonly ApiError[],
  turn: () => Promise<void> | undefined,
): Promise<Transaction | undefined> => {
  const body: unknown = structuredClone(raw);
  const texts: { readonly path: Path; readonly text: unknown }[] = [];
  let wrong = faults;
  for (let tries = 0; tries < triesMax; tries += 1) {
    if (wrong.some(({ error }) => error !== 'too_long')) return undefined;
    for (const path of wrong.map(pathOf)) {
      const at = objectAt(body, path);
      texts.push({ path, text: at[lastOf(path)] });
      at[lastOf(path)] = standInFor(path);
    }
    await turn();
    const parsed = parseTransaction(body);
    if (parsed.ok) {
      for (const { path, text } of texts) {
        const at = objectAt(parsed.value, path);
        // The CVV stays dropped, whatever its text.
        if (lastOf(path) in at) at[lastOf(path)] = text;
      }
      return parsed.value;
    }
    wrong = parsed.faults;
  }
  return undefined;
};
