const quoteIt = 'put the whole value in quotes, or write it on the lines below >-';

/** What a text that is no YAML most likely has wrong, by the parser's codes. */
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

/** A fault of the YAML in words of our own; the parser's never reach people. */
export const wordsOfYaml = (code: string): string =>
  byCode.get(code) ?? 'the text cannot be read as YAML from here on';
