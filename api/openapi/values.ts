import { alertValues } from './values/alerts.js';
import { caseWorkValues } from './values/case-work.js';
import { controlValues } from './values/controls.js';
import { driftValues } from './values/drift.js';
import { importValues } from './values/imports.js';
import { learnedPointsValues } from './values/learned-points.js';
import { orderValues } from './values/orders.js';
import { overviewValues } from './values/overview.js';
import { ruleValues } from './values/rules.js';

/**
 * Every table of example values. Keys have the form of those in `wordTables`; namesakes of several
 * types may stand in several tables.
 */
export const valueTables: readonly Readonly<Record<string, unknown>>[] = [
  orderValues,
  caseWorkValues,
  ruleValues,
  learnedPointsValues,
  controlValues,
  alertValues,
  importValues,
  overviewValues,
  driftValues,
];

/** The example values of a key, such as `quantity` or `AlertRule.id`. */
export const valuesOf = (key: string): readonly unknown[] =>
  valueTables.flatMap((table) => (key in table ? [table[key]] : []));
