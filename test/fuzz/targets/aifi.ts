import * as fc from 'fast-check';
import { faultOf } from '../../../api/faults.js';
import { parseJson } from '../../../api/read-json.js';
import { isStorable } from '../../../contracts/faults.js';
import { isObject, type Json } from '../../../domain/aifi/json.js';
import { readPush } from '../../../domain/aifi/read-push.js';
import { suspectsOf } from '../../../domain/aifi/suspects.js';
import { tidyPushInParts } from '../../../domain/aifi/tidy.js';
import { finishInTurns } from '../../../services/turns.js';
import { aifiPush, seedBody } from '../../support/aifi-push.js';
import { claim, held } from '../claims.js';
import { withEdits } from '../odd-json.js';
import { inProcess } from '../target.js';
import { jsonText } from '../wire-text.js';

const documented = JSON.parse(seedBody) as unknown;

const tidy = (push: unknown) => held(() => finishInTurns(tidyPushInParts(push as Json)));

const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsOf(inner)]);
};

/** The documented push and such ones with changes: any object is stored, in a form that holds. */
export const aifi = inProcess<string>('aifi', 1.5, () => ({
  cases: jsonText(withEdits(fc.oneof(fc.constant(documented), fc.constant(aifiPush())))),
  check: async (text) => {
    let raw: unknown;
    try {
      raw = parseJson(text);
    } catch (error) {
      claim(faultOf(error)?.status === 400, `is no JSON, and throws ${String(error)}`);
      return 'no JSON';
    }
    const { push } = await tidy(raw);
    const again = await tidy(JSON.parse(JSON.stringify(push)));
    claim(JSON.stringify(again.push) === JSON.stringify(push), 'a cleaned push is cleaned again');
    claim(textsOf(push).every(isStorable), 'a text cannot be stored');
    if (!isObject(push)) return 'no object';
    const { occurredAtMs } = readPush(push, Date.UTC(2026, 10, 30));
    claim(!Number.isNaN(new Date(occurredAtMs).getTime()), 'happened at no time');
    suspectsOf(push);
    return 'stored';
  },
}));
