import { type Document, isMap, isSeq, type Node, type YAMLMap } from 'yaml';
import type { Banner } from '../../contracts/hbc/transaction.js';
import type { Bands } from '../../contracts/rules.js';
import { lineWidth } from './merge.js';
import type { PlacedDocument } from './places.js';

/** Points of some cases of a rule, and what they become. */
export interface PointsChange {
  /** The banner whose override has the cases; null for the rule that all banners share. */
  readonly owner: Banner | null;
  readonly ruleId: string;
  readonly points: number;
  readonly after: number;
}

export interface BandsChange {
  readonly banners: readonly Banner[];
  readonly before: Bands;
  readonly after: Bands;
}

export interface PointsAndBands {
  /** The only banner that the changes are for; null for all. */
  readonly scope: Banner | null;
  readonly levels: readonly PointsChange[];
  readonly bands: readonly BandsChange[];
}

const isRule = (item: unknown, id: string): item is YAMLMap => isMap(item) && item.get('id') === id;

const ruleOf = (document: Document, id: string): YAMLMap => {
  const rules = document.get('rules', true);
  const found = isSeq(rules) ? rules.items.find((item) => isRule(item, id)) : undefined;
  if (!isMap(found)) throw new RangeError('the text has no such rule');
  return found;
};

/** The cases that a change is about; for one banner alone, its own copy of a common rule's. */
const casesOf = (document: Document, { owner, ruleId }: PointsChange, scope: Banner | null) => {
  const own = ['banners', owner ?? scope ?? '', 'rules', ruleId, 'cases'];
  if (owner !== null || (scope !== null && document.hasIn(own))) return document.getIn(own, true);
  const common = ruleOf(document, ruleId).get('cases', true);
  if (scope === null) return common;
  document.setIn(own, (common as unknown as Node).clone());
  return document.getIn(own, true);
};

/**
 * Changes points of cases that are not hard, and bands, in the text of a valid rule set, and prints
 * it. Comments stay. All points change at once, so that none is taken for another's.
 */
export const setPoints = (
  { document }: Pick<PlacedDocument, 'document'>,
  { scope, levels, bands }: PointsAndBands,
): string => {
  const changes = levels
    .filter(({ points, after }) => points !== after)
    .flatMap((change) => {
      const cases = casesOf(document, change, scope);
      if (!isSeq(cases)) throw new RangeError('the text has no such cases');
      const wanted = cases.items.filter(
        (item): item is YAMLMap =>
          isMap(item) && !item.has('hard') && item.get('points') === change.points,
      );
      return wanted.map((item) => ({ item, after: change.after }));
    });
  for (const { item, after } of changes) item.set('points', after);
  const isOwn = (banner: Banner): boolean => document.hasIn(['banners', banner, 'bands']);
  const shared = bands.filter(({ banners }) => !banners.some(isOwn));
  for (const change of bands) {
    if (
      change.before.reviewFrom === change.after.reviewFrom &&
      change.before.rejectFrom === change.after.rejectFrom
    )
      continue;
    // Banners without bands of their own share those of the set, unless the settings part them.
    const isCommon = scope === null && shared.length === 1 && shared[0] === change;
    const paths = isCommon ? [['bands']] : change.banners.map((one) => ['banners', one, 'bands']);
    for (const path of paths) document.setIn(path, document.createNode(change.after));
  }
  return document.toString({ lineWidth });
};
