/** What one stretch of a scalar's source stands for in its value. */
interface Piece {
  /** The character or characters of the value; blank for what folding may change. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const isBlank = (character: string): boolean => /^[ \t\r\n]*$/.test(character);

/** Escapes of double-quoted scalars with a code in hexadecimal, by the number of its digits. */
const codeDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Escapes whose value is blank: it is skipped on both sides. */
const blankEscapes: ReadonlySet<string> = new Set(['n', 't', 'r', ' ', '\t', '\n', '\r']);

const escaped = (source: string, start: number): Piece => {
  const letter = source[start + 1] ?? '';
  const digits = codeDigits[letter];
  if (digits !== undefined) {
    const end = start + 2 + digits;
    const code = Number.parseInt(source.slice(start + 2, end), 16);
    return { value: String.fromCodePoint(code), start, end };
  }
  // Any other escape stands for one character; which one does not matter here.
  return { value: blankEscapes.has(letter) ? ' ' : 'x', start, end: start + 2 };
};

/** The part of the source that holds the value: without quotes, and without a block's header. */
const contentOf = (source: string): readonly [start: number, end: number] => {
  if (source.startsWith('"') || source.startsWith("'")) return [1, source.length - 1];
  const isBlock = source.startsWith('>') || source.startsWith('|');
  return [isBlock ? source.indexOf('\n') + 1 : 0, source.length];
};

const piecesOf = (source: string): Piece[] => {
  const quote = source[0];
  const [first, end] = contentOf(source);
  const pieces: Piece[] = [];
  for (let at = first; at < end; at = pieces.at(-1)?.end ?? end) {
    const character = source[at] ?? '';
    if (quote === '"' && character === '\\') pieces.push(escaped(source, at));
    else {
      const isDoubled = quote === "'" && character === "'";
      pieces.push({ value: character, start: at, end: at + (isDoubled ? 2 : 1) });
    }
  }
  return pieces;
};

/**
 * Where in the source of a YAML scalar (of any style) the character `index` of its value stands.
 * Line folding, indentation and escapes change blanks only, so that the nth other character of the
 * value is the nth other character of the source. A blank is told by what follows it.
 */
export const placeInScalar = (source: string, value: string, index: number): number => {
  let remaining = value.slice(0, index).replaceAll(/[ \t\r\n]/g, '').length;
  let end = contentOf(source)[0];
  for (const piece of piecesOf(source)) {
    if (isBlank(piece.value)) continue;
    if (remaining <= 0) return piece.start;
    remaining -= piece.value.length;
    end = piece.end;
  }
  return end;
};
