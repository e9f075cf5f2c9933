import { type Facts, factSpecOf } from '../facts/catalogue.js';
import type { FactValue } from '../facts/fact-group.js';
import { maskCardNumbers } from '../mask.js';
import { factOf } from './fact-name.js';
import { factHint } from './name-hint.js';

/** A sentence with placeholders for facts, or all its problems. */
export interface Reason {
  readonly problems: readonly string[];
  readonly facts: readonly string[];
  readonly render: (facts: Facts) => string;
}

const place = /\{([^{}]*)\}/g;

const print = (value: FactValue | undefined): string => {
  if (typeof value === 'number') return String(Number(value.toFixed(4)));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === undefined || value === '' ? 'none' : value;
};

/** Compiles a reason's template; every `{group.fact}` must be a known fact. Never throws. */
export const compileReason = (template: string): Reason => {
  const facts = [...template.matchAll(place)].map(([, name = '']) => name);
  const unknown = facts.filter((name) => factSpecOf(name) === undefined);
  const isUneven = /[{}]/.test(template.replaceAll(place, ''));
  return {
    problems: [
      ...unknown.map((name) => `reason: unknown fact ${name}${factHint(name)}`),
      ...(isUneven ? ['reason: { and } must come in pairs'] : []),
    ],
    facts,
    render: (values) =>
      maskCardNumbers(template.replaceAll(place, (_, name: string) => print(factOf(values, name)))),
  };
};
