import { eachKey, fieldNamedBy, type Template } from '../../contracts/custom/template.js';
import type { Item } from '../../contracts/hbc/transaction.js';
import { ownValue } from '../../domain/own-value.js';
import {
  type FieldValue,
  fieldsOf,
  lineFieldsOf,
  type OrderToSend,
  pathFieldsOf,
} from './fields.js';

type Fields = Readonly<Record<string, FieldValue>>;

/** `$$` at the beginning of a text stands for a dollar sign. */
const textOf = (text: string, fields: Fields): FieldValue => {
  const field = fieldNamedBy(text);
  if (field !== undefined) return ownValue(fields, field);
  return text.startsWith('$$') ? text.slice(1) : text;
};

const fill = (template: Template, fields: Fields, items: readonly Item[]): unknown => {
  if (typeof template === 'string') return textOf(template, fields);
  // A missing value in a list becomes null, so that the others keep their positions.
  if (Array.isArray(template)) return template.map((part) => fill(part, fields, items) ?? null);
  if (typeof template !== 'object' || template === null) return template;
  const { [eachKey]: each, ...parts } = template;
  const fillParts = (known: Fields) =>
    Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, fill(part, known, items)]),
    );
  return each === undefined
    ? fillParts(fields)
    : items.map((item) => fillParts({ ...fields, ...lineFieldsOf(item) }));
};

/**
 * Fills a request template with the order's values. A field replaces a whole JSON value and is
 * never joined to a text. A field without a value is left out.
 */
export const renderBody = (template: Template, order: OrderToSend): unknown =>
  fill(template, fieldsOf(order), order.transaction.items);

/** Fills a path: segments that name a field become the order's ids, URL-encoded. */
export const renderPath = (path: string, order: OrderToSend): string => {
  const fields = pathFieldsOf(order);
  return path
    .split('/')
    .map((segment) => {
      const field = fieldNamedBy(segment);
      return field === undefined ? segment : encodeURIComponent(ownValue(fields, field) ?? '');
    })
    .join('/');
};
