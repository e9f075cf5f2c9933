import { z } from 'zod';
import { lineFields, orderFields, pathFields } from './fields.js';

/** A JSON body whose texts may name order fields. */
export type Template = z.output<ReturnType<typeof z.json>>;

/** The key that repeats an element for each line of an order. */
export const eachKey = '$each';

/** A larger template is a mistake: partners take some tens of fields. */
const bounds = { depth: 8, values: 300, textLength: 500 };

type Path = readonly (string | number)[];

/** A problem of a template with its path. */
interface TemplateProblem {
  readonly path: Path;
  readonly message: string;
}

/**
 * The field that a text names: `$order.id`. `$$` escapes a dollar sign; any other text is literal.
 */
export const fieldNamedBy = (text: string): string | undefined =>
  text.startsWith('$') && !text.startsWith('$$') ? text.slice(1) : undefined;

const includes = (names: readonly string[], name: string): boolean => names.includes(name);

const textProblems = (text: string, isInLine: boolean): string[] => {
  if (text.length > bounds.textLength) return [`is longer than ${bounds.textLength} characters`];
  const field = fieldNamedBy(text);
  if (field === undefined || includes(orderFields, field)) return [];
  if (!includes(lineFields, field)) return ['names no field that may be sent'];
  return isInLine ? [] : [`names a field of a line, which stands below ${eachKey}: items only`];
};

const keyProblems = (key: string, value: unknown, isInLine: boolean): string[] => {
  if (!key.startsWith('$')) return [];
  if (key !== eachKey) return [`is no key; only ${eachKey} begins with $`];
  if (isInLine) return [`stands inside another ${eachKey}`];
  return value === 'items' ? [] : ['must be items'];
};

/** All problems of a template. Its bounds limit their number too. */
const findTemplateProblems = (template: Template): TemplateProblem[] => {
  let values = 0;
  const walk = (value: Template, path: Path, isInLine: boolean): TemplateProblem[] => {
    values += 1;
    if (values > bounds.values) return [];
    if (path.length > bounds.depth) return [{ path, message: 'is nested too deeply' }];
    if (typeof value === 'string') {
      return textProblems(value, isInLine).map((message) => ({ path, message }));
    }
    if (Array.isArray(value)) {
      return value.flatMap((inner, index) => walk(inner, [...path, index], isInLine));
    }
    if (typeof value !== 'object' || value === null) return [];
    const isLine = isInLine || Object.hasOwn(value, eachKey);
    return Object.entries(value).flatMap(([key, inner]) => {
      const problems = keyProblems(key, inner, isInLine);
      const here = problems.map((message) => ({ path: [...path, key], message }));
      return key === eachKey ? here : [...here, ...walk(inner, [...path, key], isLine)];
    });
  };
  const isObject = typeof template === 'object' && template !== null && !Array.isArray(template);
  const problems = walk(template, [], false);
  return [
    ...(isObject && !Object.hasOwn(template, eachKey)
      ? []
      : [{ path: [], message: 'must be a JSON object' }]),
    ...(values > bounds.values
      ? [{ path: [], message: `has more than ${bounds.values} values` }]
      : []),
    ...problems,
  ];
};

/** A template of a body. Problems name the path and never the content. */
export const BodyTemplate = z.json().superRefine((template, context) => {
  for (const { path, message } of findTemplateProblems(template)) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
});

/** A path below the base URL. A whole segment may name a field: `/orders/$order.id`. */
export const PathTemplate = z
  .string()
  .max(500)
  .regex(/^(\/[\x21\x22\x24-\x7e]*)?$/, 'must begin with / and hold no space and no #')
  .refine(
    (path) =>
      path.split('/').every((part) => {
        const field = fieldNamedBy(part);
        return field === undefined || includes(pathFields, field);
      }),
    `names a field that may not stand in a path; these may: ${pathFields.join(', ')}`,
  );
