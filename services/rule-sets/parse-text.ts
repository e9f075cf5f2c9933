import { isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { ruleTextMax, type RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import { findTooDeep } from './find-too-deep.js';
import { type PlacedDocument, placeOfOffset } from './find-place.js';
import { wordsOfYaml } from './yaml-words.js';

/** What belongs to no rule is said of the whole. */
const whole = 'rule set';

/** An offset in the text, and what is wrong there. */
interface Fault {
  readonly offset: number;
  readonly message: string;
}

/** Twice the same key in one group. The parser's own check takes the square of their number. */
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

/** An alias repeats a part of the text: a few of them can stand for more than memory holds. */
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
 * Reads a text as YAML: no aliases, no tags of its own, no key twice, at most `ruleTextMax`
 * characters. Gives the document, or what is wrong with it by line and column. Never throws.
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
