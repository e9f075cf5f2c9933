import { parseTransaction } from '../../contracts/hbc/transaction.js';

type Json = Record<string, unknown>;

const tooLong = /^\$\.(\S+) must have at most (\d+) characters$/;

/** Cuts the text at `path` of `body` to `max` code points. */
const cutAt = (body: Json, path: string, max: number): void => {
  const keys = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  const last = keys.pop() ?? '';
  let at: Json = body;
  for (const key of keys) at = at[key] as Json;
  at[last] = Array.from(String(at[last])).slice(0, max).join('');
};

/** A copy of an order with every text cut to the limit of the edge. */
export const withinLimits = <T>(order: T): T => {
  const body = structuredClone(order) as Json;
  const parsed = parseTransaction(body);
  if (parsed.ok) return body as T;
  for (const { message } of parsed.faults) {
    const [, path, max] = tooLong.exec(message) ?? [];
    if (path !== undefined) cutAt(body, path, Number(max));
  }
  return body as T;
};
