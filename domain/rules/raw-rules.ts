import { ownValue } from '../own-value.js';

type Path = readonly (string | number)[];

/** The group under a name in an unchecked document; empty for any other value. */
export const groupAt = (raw: unknown, name: string): Readonly<Record<string, unknown>> => {
  if (typeof raw !== 'object' || raw === null) return {};
  const found = ownValue(raw as Readonly<Record<string, unknown>>, name);
  return typeof found === 'object' && found !== null ? { ...found } : {};
};

/** The text under a name; undefined for any other value. */
export const textAt = (raw: unknown, name: string): string | undefined => {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const found = ownValue(raw as Readonly<Record<string, unknown>>, name);
  return typeof found === 'string' ? found : undefined;
};

/** The list under a name; empty for any other value. */
export const listAt = (raw: unknown, name: string): readonly unknown[] => {
  if (typeof raw !== 'object' || raw === null) return [];
  const found = ownValue(raw as Readonly<Record<string, unknown>>, name);
  return Array.isArray(found) ? found : [];
};

/** More cases than a rule may have are not checked: they add nothing to its problems. */
const casesMax = 10;
const rulesMax = 300;

/** The rules of a document, up to the limit of the checks. */
export const rulesIn = (raw: unknown): readonly unknown[] =>
  listAt(raw, 'rules').slice(0, rulesMax);

/** The cases of a rule or an override, up to the limit of the checks. */
export const casesIn = (raw: unknown): readonly unknown[] =>
  listAt(raw, 'cases').slice(0, casesMax);

/** The name of a rule in problems: its id, else its position. */
export const labelOf = (raw: unknown, index: number): string => {
  const id = textAt(raw, 'id');
  return id === undefined || id === '' ? `rule ${index + 1}` : id;
};

/** A banner's overrides, by rule id. Unlike a record schema, this includes `__proto__`. */
export const overridesIn = (
  raw: unknown,
  banner: string,
): readonly (readonly [string, unknown])[] =>
  Object.entries(groupAt(groupAt(groupAt(raw, 'banners'), banner), 'rules'));

/** Every case of a document with its rule and path, even when the document is invalid. */
export const placedCasesIn = (
  raw: unknown,
): readonly { readonly rule: string; readonly raw: unknown; readonly path: Path }[] => {
  const placed = (rule: string, from: unknown, path: Path) =>
    casesIn(from).map((one, index) => ({ rule, raw: one, path: [...path, 'cases', index] }));
  return [
    ...rulesIn(raw).flatMap((rule, index) => placed(labelOf(rule, index), rule, ['rules', index])),
    ...Object.keys(groupAt(raw, 'banners')).flatMap((banner) =>
      overridesIn(raw, banner).flatMap(([id, override]) =>
        placed(id, override, ['banners', banner, 'rules', id]),
      ),
    ),
  ];
};
