import { aifiWords } from './words/aifi.js';
import { alertWords } from './words/alerts.js';
import { caseWorkWords } from './words/case-work.js';
import { caseWords } from './words/cases.js';
import { commonWords } from './words/common.js';
import { controlWords } from './words/controls.js';
import { driftWords } from './words/drift.js';
import { evaluationWords } from './words/evaluation.js';
import { importWords } from './words/imports.js';
import { labelWords } from './words/labels.js';
import { learnedPointsWords } from './words/learned-points.js';
import { orderWords } from './words/orders.js';
import { overviewWords } from './words/overview.js';
import { ruleWords } from './words/rules.js';

/** Every table of descriptions. Their keys are disjoint. */
export const wordTables: readonly Readonly<Record<string, string>>[] = [
  commonWords,
  orderWords,
  caseWords,
  caseWorkWords,
  controlWords,
  ruleWords,
  labelWords,
  importWords,
  evaluationWords,
  learnedPointsWords,
  alertWords,
  aifiWords,
  overviewWords,
  driftWords,
];

const words = new Map(wordTables.flatMap((table) => Object.entries(table)));

/**
 * The key of a property's description: its own in this schema if there is one, else the general
 * one.
 */
export const wordKeyOf = (schema: string, name: string): string | undefined =>
  [`${schema}.${name}`, name].find((key) => words.has(key));

/** The description of a schema's property; undefined where there is none. */
export const wordsOf = (schema: string, name: string): string | undefined =>
  words.get(wordKeyOf(schema, name) ?? '');
