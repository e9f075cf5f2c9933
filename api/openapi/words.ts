import { aifiWords } from './words/aifi.js';
import { alertWords } from './words/alerts.js';
import { caseWords } from './words/cases.js';
import { commonWords } from './words/common.js';
import { controlWords } from './words/controls.js';
import { evaluationWords } from './words/evaluation.js';
import { labelWords } from './words/labels.js';
import { orderWords } from './words/orders.js';
import { ruleWords } from './words/rules.js';

/** Every table of words; no key is in two of them. */
export const wordTables: readonly Readonly<Record<string, string>>[] = [
  commonWords,
  orderWords,
  caseWords,
  controlWords,
  ruleWords,
  labelWords,
  evaluationWords,
  alertWords,
  aifiWords,
];

const words = new Map(wordTables.flatMap((table) => Object.entries(table)));

/** The key of what a property of a schema means: it may have words of its own there. */
export const wordKeyOf = (schema: string, name: string): string | undefined =>
  [`${schema}.${name}`, name].find((key) => words.has(key));

/** What a property of a schema means, for people; undefined where nobody has said it. */
export const wordsOf = (schema: string, name: string): string | undefined =>
  words.get(wordKeyOf(schema, name) ?? '');
