import { eachKey, fieldNamedBy, type Template } from '../../contracts/custom/template.js';
import type { Item } from '../../contracts/hbc/transaction.js';
import { ownValue } from '../../domain/own-value.js';
import {
  type FieldValue,
  fieldsOf,
  lineFieldsOf,
  type OrderToTell,
  pathFieldsOf,
} from './fields.js';

type Fields = Readonly<Record<string, FieldValue>>;

/** `$$` stands for a dollar sign at the beginning of a text. */
const textOf = (text: string, fields: Fields): FieldValue => {
  const field = fieldNamedBy(text);
  if (field !== undefined) return ownValue(fields, field);
  return text.startsWith('$$') ? text.slice(1) : text;
};

const fill = (template: Template, fields: Fields, items: readonly Item[]): unknown => {
  if (typeof template === 'string') return textOf(template, fields);
  // In a list a missing value must keep its place.
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
 * The body to send: the template with the order's values in place of the fields that it names, as
 * JSON values. Nothing is joined to a text. A field without a value is left out.
 */
export const renderBody = (template: Template, order: OrderToTell): unknown =>
  fill(template, fieldsOf(order), order.transaction.items);

/** A path with the order's ids in place of the segments that name them, URL-encoded. */
export const renderPath = (path: string, order: OrderToTell): string => {
  const fields = pathFieldsOf(order);
  return path
    .split('/')
    .map((segment) => {
      const field = fieldNamedBy(segment);
      return field === undefined ? segment : encodeURIComponent(ownValue(fields, field) ?? '');
    })
    .join('/');
};
