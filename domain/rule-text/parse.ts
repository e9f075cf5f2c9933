import { CST, isScalar, Lexer, LineCounter, parseDocument, visit } from 'yaml';
import { ruleTextMax, type RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import { type PlacedDocument, placeOfOffset } from './places.js';

/** A rule set has four levels; lists inside a rule add two. */
const flowDepthMax = 20;
const blockColumnMax = 200;

/** Tokens of the lexer that stand for no character of the text. */
const marks: ReadonlySet<string> = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

const opening: ReadonlySet<string> = new Set(['[', '{']);
const closing: ReadonlySet<string> = new Set([']', '}']);
const blockIndicators: ReadonlySet<string> = new Set(['-', '?', ':']);

/**
 * The offset at which a YAML text is nested too deeply; undefined otherwise. The parser recurses
 * per level and a stack overflow can end the process; the lexer does not recurse. Outside brackets
 * each level needs its own column, so a column limit bounds the depth.
 */
const findTooDeep = (text: string): number | undefined => {
  let offset = 0;
  let lineStart = 0;
  let depth = 0;
  let isInScalar = false;
  for (const token of new Lexer().lex(text)) {
    const isContent = isInScalar;
    isInScalar = token === CST.SCALAR;
    if (marks.has(token)) continue;
    if (!isContent) {
      if (opening.has(token)) depth += 1;
      if (closing.has(token)) depth = Math.max(0, depth - 1);
      const isFar = offset - lineStart > blockColumnMax && blockIndicators.has(token);
      if (depth > flowDepthMax || (depth === 0 && isFar)) return offset;
    }
    offset += token.length;
    const lastBreak = token.lastIndexOf('\n');
    if (lastBreak >= 0) lineStart = offset - (token.length - lastBreak - 1);
  }
  return undefined;
};

const quoteIt = 'put the whole value in quotes, or write it on the lines below >-';

/** The most likely mistake in a text that is no YAML, by the parser's error codes. */
const byCode: ReadonlyMap<string, string> = new Map([
  ['TAG_RESOLVE_FAILED', `a value cannot begin with !; ${quoteIt}`],
  ['UNEXPECTED_TOKEN', `the value goes on where it should have ended; ${quoteIt}`],
  ['BAD_SCALAR_START', `a value cannot begin with this sign; ${quoteIt}`],
  ['BLOCK_AS_IMPLICIT_KEY', `a value cannot hold a colon and a blank; ${quoteIt}`],
  ['BLOCK_IN_FLOW', 'within [ ] and { } everything is parted by commas'],
  ['MISSING_CHAR', 'a quote, bracket, comma or blank is missing here'],
  ['MULTILINE_IMPLICIT_KEY', 'a name and its colon stand on one line, indented as its neighbours'],
  ['KEY_OVER_1024_CHARS', 'a name is too long; a colon may stand in a value without quotes'],
  ['BAD_INDENT', 'is not indented as its neighbours are'],
  ['TAB_AS_INDENT', 'lines are indented by spaces, never by tabs'],
  ['BAD_DQ_ESCAPE', 'this \\ begins no escape that there is; use single quotes'],
  ['DUPLICATE_KEY', 'the key is used twice'],
  ['MULTIPLE_DOCS', 'the text holds several documents, parted by ---; write one'],
  ['BAD_ALIAS', 'aliases are not allowed; write the value out'],
  ['ALIAS_PROPS', 'aliases are not allowed; write the value out'],
  ['BAD_DIRECTIVE', 'directives, which begin with %, are not allowed'],
  ['NON_STRING_KEY', 'a name must be a text'],
]);

/** Our own text for a YAML error; the parser's messages never reach people. */
const wordsOfYaml = (code: string): string =>
  byCode.get(code) ?? 'the text cannot be read as YAML from here on';

/** The name used in problems that belong to no rule. */
const whole = 'rule set';

/** A problem and its offset in the text. */
interface Fault {
  readonly offset: number;
  readonly message: string;
}

/** Duplicate keys of a map. The parser's own check is quadratic in the number of keys. */
const duplicateKeys = (document: PlacedDocument['document']): Fault[] => {
  const faults: Fault[] = [];
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const offset = key.range?.[0] ?? 0;
        if (seen.has(key.value)) faults.push({ offset, message: 'the key is used twice' });
        seen.add(key.value);
      }
    },
  });
  return faults;
};

/** Aliases repeat parts of the text: a few of them can expand to more than memory holds. */
const aliases = (document: PlacedDocument['document']): Fault[] => {
  const faults: Fault[] = [];
  visit(document, {
    Alias: (_, { range }) => {
      const message = 'aliases are not allowed; write the value out';
      faults.push({ offset: range?.[0] ?? 0, message });
    },
  });
  return faults;
};

const parseYaml = (text: string) => {
  const document = parseDocument(text, {
    prettyErrors: false,
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const said = [...document.errors, ...document.warnings].map(({ pos, code }) => ({
    offset: pos[0],
    message: wordsOfYaml(code),
  }));
  const faults = said.length > 0 ? said : [...duplicateKeys(document), ...aliases(document)];
  return { document, faults };
};

const lineBreaks = (text: string): LineCounter => {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines.addNewLine(at + 1);
  }
  return lines;
};

const placed = (lines: LineCounter, { offset, message }: Fault): RuleTextProblem => ({
  rule: whole,
  message,
  ...placeOfOffset(lines, offset),
});

/**
 * Parses a text as YAML: no aliases, no custom tags, no duplicate keys, at most `ruleTextMax`
 * characters. Returns the document, or its problems by line and column. Never throws.
 */
export const parseText = (
  text: string,
): PlacedDocument | { readonly problems: readonly RuleTextProblem[] } => {
  if (text.length > ruleTextMax) {
    const message = `the text has more than ${ruleTextMax} characters`;
    return { problems: [{ rule: whole, message, line: 1, column: 1 }] };
  }
  const lines = lineBreaks(text);
  try {
    const offset = findTooDeep(text);
    if (offset !== undefined) {
      return { problems: [placed(lines, { offset, message: 'too deeply nested' })] };
    }
    const { document, faults } = parseYaml(text);
    return faults.length > 0
      ? { problems: faults.map((fault) => placed(lines, fault)) }
      : { text, document, lines };
  } catch {
    return { problems: [placed(lines, { offset: 0, message: 'cannot be read as YAML' })] };
  }
};
