/** Every encoding in which a secret is searched for, by name. */
const formsOf = (secret: string): [string, Buffer][] => {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const grouped = (mark: string) => secret.replaceAll(/(.{4})(?=.)/g, `$1${mark}`);
  const texts: [string, string][] = [
    ['clear', secret],
    ['reversed', secret.split('').toReversed().join('')],
    ['spaces', grouped(' ')],
    ['dashes', grouped('-')],
    ['URL-encoded', encodeURIComponent(secret)],
    ['fully URL-encoded', hex.replaceAll(/../g, '%$&')],
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
    ...base64Forms(bytes),
  ];
  return [
    ...texts.map(([form, text]): [string, Buffer] => [form, Buffer.from(text)]),
    ['UTF-16LE', Buffer.from(secret, 'utf16le')],
  ];
};

/**
 * The middle of the base64 text of `bytes` at each of the three alignments, without the ends, which
 * depend on the neighbouring bytes.
 */
const base64Forms = (bytes: Buffer): [string, string][] =>
  [0, 1, 2].flatMap((shift): [string, string][] => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const start = shift === 0 ? 0 : shift + 1;
    const end = Math.floor(((shift + bytes.length) * 8) / 6);
    const middle = text.slice(start, end);
    const urlSafe = middle.replaceAll('+', '-').replaceAll('/', '_');
    return [
      [`base64 +${shift}`, middle],
      [`base64url +${shift}`, urlSafe],
    ];
  });

export interface Leak {
  readonly where: string;
  readonly secret: string;
  readonly form: string;
}

/**
 * Searches bytes for secrets: in clear, base64 at all alignments, hex, URL-encoded, UTF-16LE,
 * reversed, with spaces or dashes. `add` records where each was found.
 */
export const createLeakScan = (secrets: readonly string[]) => {
  const needles = secrets.flatMap((secret) =>
    formsOf(secret).map(([form, bytes]) => ({ secret, form, bytes })),
  );
  const leaks: Leak[] = [];
  let scannedBytes = 0;
  return {
    add: (where: string, content: string | Uint8Array): void => {
      const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
      scannedBytes += bytes.length;
      for (const needle of needles) {
        if (!bytes.includes(needle.bytes)) continue;
        leaks.push({ where, secret: needle.secret, form: needle.form });
      }
    },
    leaks: (): readonly Leak[] => leaks,
    scannedBytes: (): number => scannedBytes,
  };
};
