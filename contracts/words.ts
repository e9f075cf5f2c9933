import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

/** A plausible name of a setting. One with nine digits or more could be a card or phone number. */
const plainName = /^(?!(?:\D*\d){9})[A-Za-z_]\w{0,39}$/;

/** True for a text that looks like a field's name: only such a text is repeated in a message. */
export const isPlainName = (name: string): boolean => plainName.test(name);

const plainStep = /^(?!(?:\D*\d){9})[\w-]{1,40}$/;

/** One step of a path. A map has names of its caller; one that is no plain name is not repeated. */
export const stepOf = (key: PropertyKey): string => {
  const name = String(key);
  return plainStep.test(name) ? name : '*';
};

/** A body of a megabyte may hold ten thousands of unknown fields; the first ones suffice. */
const unknownFieldsMax = 20;

/** Names of unknown fields that are safe to repeat: they come from the caller. */
export const unknownFieldsOf = (names: readonly string[]): string[] => {
  const texts = names.map((name) =>
    isPlainName(name) ? `has the unknown field "${name}"` : 'has an unknown field',
  );
  return [...new Set(texts)].slice(0, unknownFieldsMax);
};

const types: Readonly<Record<string, string>> = {
  int: 'must be a whole number',
  record: 'must be of type object',
  map: 'must be of type object',
};

const typeText = (expected: string): string => types[expected] ?? `must be of type ${expected}`;

/** The unit of a bound by type: a list has elements, a text characters. */
const boundText = (
  side: 'least' | 'most',
  limit: number | bigint,
  { origin, inclusive }: { readonly origin: string; readonly inclusive?: boolean | undefined },
): string => {
  if (origin === 'array') {
    return `must have at ${side} ${limit} ${limit === 1 ? 'element' : 'elements'}`;
  }
  if (origin === 'string' && side === 'least' && limit === 1) return 'must not be blank';
  if (origin === 'string') return `must have at ${side} ${limit} characters`;
  if (origin === 'object' || origin === 'map') return `must have at ${side} ${limit} fields`;
  if (inclusive === false) return `must be ${side === 'least' ? 'more' : 'less'} than ${limit}`;
  return `must be at ${side} ${limit}`;
};

const formats: Readonly<Record<string, string>> = {
  datetime: 'must be a date-time with its zone, such as 2026-11-29T12:00:00Z',
  date: 'must be a date as YYYY-MM-DD',
  email: 'must be an e-mail address',
  uuid: 'must be a UUID',
  url: 'must be a URL',
  base64: 'must be base64',
  ipv4: 'must be an IPv4 address',
  ipv6: 'must be an IPv6 address',
};

const formatText = (issue: Issue & { readonly code: 'invalid_format' }): string => {
  const { format, pattern } = issue as { readonly format: string; readonly pattern?: string };
  return formats[format] ?? (pattern ? `must have the form ${pattern}` : `must be ${format}`);
};

const isOfOtherType = ({ code, path }: z.core.$ZodIssue): boolean =>
  code === 'invalid_type' && path.length === 0;

/**
 * The message for a value of several possible types: the problems of the branch that matches its
 * type, else the list of all types.
 */
const unionText = (branches: readonly (readonly z.core.$ZodIssue[])[]): string => {
  const own = branches.filter((issues) => !issues.some(isOfOtherType));
  const issues = own.length > 0 ? own : branches;
  const texts = issues.flatMap(([first]) => {
    if (first === undefined) return [];
    const text = wordsOf(first as Issue);
    return first.path.length === 0 ? [text] : [`${first.path.map(stepOf).join('.')} ${text}`];
  });
  const [first = 'is not valid', ...others] = [...new Set(texts)];
  return [first, ...others.map((text) => text.replace(/^must be /, ''))].join(' or ');
};

/**
 * What is wrong with a value, as a phrase that follows its path: `must be …`, `is required`. It
 * never contains the value, and covers every kind of issue, so that zod's own messages are never
 * sent.
 */
export const wordsOf = (issue: Issue): string => {
  if (issue.code === 'custom') return issue.message ?? 'is not valid';
  if (issue.input === undefined && issue.code !== 'unrecognized_keys' && !issue.message) {
    return 'is required';
  }
  switch (issue.code) {
    case 'invalid_type':
      return typeText(issue.expected);
    case 'too_small':
      return boundText('least', issue.minimum, issue);
    case 'too_big':
      return boundText('most', issue.maximum, issue);
    case 'invalid_value':
      return `must be one of: ${issue.values.join(', ')}`;
    case 'invalid_format':
      return formatText(issue);
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'unrecognized_keys':
      return unknownFieldsOf(issue.keys).join(' and ');
    case 'invalid_union':
      return unionText(issue.errors);
    case 'invalid_key':
      return 'has a field whose name is not allowed';
    case 'invalid_element':
      return 'has an element that is not allowed';
    default:
      return 'is not valid';
  }
};
