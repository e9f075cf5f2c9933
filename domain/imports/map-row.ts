import type { ImportColumn, ImportMapping } from '../../contracts/v1/import-mapping.js';
import { ownValue } from '../own-value.js';
import { instantOf } from '../zoned-day.js';

type Plain = string | number | boolean;
type Step = string | number;

/** A field to set, with where its value comes from. */
interface Target {
  readonly steps: readonly Step[];
  /** The part of the order that may be missing; constants alone do not make one. */
  readonly optional: string | undefined;
}

const optionalPart = /^(?:labels\[\d+\]|promos\[\d+\]|items\[[1-9]\d*\]|(?:verdict|card)(?=\.))/;

const targetOf = (path: string): Target => ({
  steps: [...path.matchAll(/([a-zA-Z]\w*)|\[(\d+)\]/g)].map(([, name, index]) =>
    name === undefined ? Number(index) : name,
  ),
  optional: optionalPart.exec(path)?.[0],
});

type Read = (cell: string) => Plain;

const tokens = /YYYY|MM|DD|HH|mm|ss/g;
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Reads the digits of a form; undefined for a text of another form. */
const formReader = (form: string) => {
  const names = form.match(tokens) ?? [];
  const parts = form.split(tokens).map(escaped);
  const digitsOf = (name: string | undefined) => {
    if (name === undefined) return '';
    return name === 'YYYY' ? String.raw`(\d{4})` : String.raw`(\d{1,2})`;
  };
  const pattern = new RegExp(`^${parts.map((part, at) => part + digitsOf(names[at])).join('')}$`);
  return (text: string): ReadonlyMap<string, string> | undefined => {
    const found = pattern.exec(text.trim());
    return found === null
      ? undefined
      : new Map(names.map((name, at) => [name, found[at + 1] ?? ''] as const));
  };
};

const padded = (parts: ReadonlyMap<string, string>, name: string): string =>
  (parts.get(name) ?? '').padStart(2, '0');

const dayOf = (parts: ReadonlyMap<string, string>): string =>
  `${parts.get('YYYY') ?? ''}-${padded(parts, 'MM')}-${padded(parts, 'DD')}`;

const readDay = (form: string): Read => {
  const read = formReader(form);
  return (cell) => {
    const parts = read(cell);
    return parts === undefined ? cell : dayOf(parts);
  };
};

const readTime = (form: string, zone: string): Read => {
  const read = formReader(form);
  return (cell) => {
    const parts = read(cell);
    if (parts === undefined) return cell;
    const clock = ['HH', 'mm', 'ss'].map((name) => padded(parts, name)).join(':');
    const shownMs = Date.parse(`${dayOf(parts)}T${clock}Z`);
    return Number.isNaN(shownMs) ? cell : instantOf(shownMs, zone).toISOString();
  };
};

const readAmount =
  (mark: '.' | ','): Read =>
  (cell) => {
    const other = mark === ',' ? '.' : ',';
    return cell
      .replaceAll(other, '')
      .replaceAll(/[\s'\u00a0\u202f]/g, '')
      .replace(mark, '.');
  };

/** A text of another form stays as it is: the parser of the order then names its field. */
const readerOf = (column: ImportColumn): Read => {
  const { day, time, zone = 'UTC', decimal, values } = column;
  const read =
    (day !== undefined && readDay(day)) ||
    (time !== undefined && readTime(time, zone)) ||
    (decimal !== undefined && readAmount(decimal)) ||
    ((cell: string) => cell);
  return (cell) => (values && ownValue(values, cell.trim())) ?? read(cell);
};

type Tree = Record<string, unknown>;

const setAt = (root: Tree, steps: readonly Step[], value: Plain): void => {
  let here: Tree = root;
  for (const [at, step] of steps.entries()) {
    const next = steps[at + 1];
    if (next === undefined) {
      here[step] = value;
      return;
    }
    const found = Object.hasOwn(here, step) ? here[step] : undefined;
    const isNode = typeof found === 'object' && found !== null;
    const node = (isNode ? found : typeof next === 'number' ? [] : {}) as Tree;
    here[step] = node;
    here = node;
  }
};

/** Removes the holes of lists: a row may fill the second label only. */
const withoutHoles = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter((one) => one !== undefined).map(withoutHoles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutHoles(inner)]),
  );
};

/** A cell as text; a caller of the API may send numbers. */
const cellOf = (raw: unknown): string =>
  typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean' ? `${raw}` : '';

/** Makes a line of an import of the cells of a row, by the names of their columns. */
export type MapRow = (
  cells: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, unknown>>;

/**
 * Compiles a mapping. An empty cell sets nothing, unless the mapping gives it a value; columns that
 * the mapping does not name are left out. Pure.
 */
export const createRowMapper = ({ columns, constants = {} }: ImportMapping): MapRow => {
  const plans = Object.entries(columns).map(([name, given]) => {
    const isTarget = typeof given === 'string' || Array.isArray(given);
    const column: ImportColumn = isTarget ? { to: given } : given;
    const paths = Array.isArray(column.to) ? column.to : [column.to];
    return { name, read: readerOf(column), values: column.values, targets: paths.map(targetOf) };
  });
  const fixed = Object.entries(constants).map(([path, value]) => ({ ...targetOf(path), value }));
  return (cells) => {
    const line: Tree = {};
    const filled = new Set<string | undefined>([undefined]);
    const set: { readonly target: Target; readonly value: Plain }[] = [];
    for (const { name, read, values, targets } of plans) {
      const raw = ownValue(cells, name);
      const cell = cellOf(raw);
      if (cell.trim() === '' && !(values && Object.hasOwn(values, ''))) continue;
      const value = read(cell);
      for (const target of targets) {
        filled.add(target.optional);
        set.push({ target, value });
      }
    }
    for (const { steps, optional, value } of fixed) {
      if (filled.has(optional)) setAt(line, steps, value);
    }
    for (const { target, value } of set) setAt(line, target.steps, value);
    return withoutHoles(line) as Tree;
  };
};
