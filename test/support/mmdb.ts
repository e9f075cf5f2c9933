/** The value of a row; enough of the format for tables of countries and flags. */
export type MmdbValue = string | number | boolean | { readonly [name: string]: MmdbValue };

const control = (type: number, size: number): Buffer => {
  if (size > 28) throw new RangeError('values of more than 28 bytes are not written');
  return type < 8 ? Buffer.from([(type << 5) | size]) : Buffer.from([size, type - 7]);
};

const encode = (value: MmdbValue): Buffer => {
  if (typeof value === 'boolean') return control(14, value ? 1 : 0);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'utf8');
    return Buffer.concat([control(2, bytes.length), bytes]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([name, inner]) => [encode(name), encode(inner)]),
  ]);
};

/** The bits of `203.0.113.0/24` or `2001:db8::/32`; the latter needs all groups before `::`. */
const bitsOf = (network: string, ipVersion: 4 | 6): number[] => {
  const [address = '', length = ''] = network.split('/');
  const isV4 = !address.includes(':');
  const groups = isV4 ? address.split('.') : address.replace(/::$/, '').split(':');
  const bits = groups
    .map((group) => Number.parseInt(group, isV4 ? 10 : 16).toString(2))
    .map((text) => text.padStart(isV4 ? 8 : 16, '0'))
    .join('')
    .slice(0, Number(length));
  // An IPv6 tree has IPv4 addresses below ::/96.
  return Array.from(isV4 && ipVersion === 6 ? '0'.repeat(96) + bits : bits, Number);
};

interface Node {
  readonly next: [Node | number | undefined, Node | number | undefined];
}

const plant = (rows: readonly (readonly [string, MmdbValue])[], ipVersion: 4 | 6) => {
  const nodes: Node[] = [{ next: [undefined, undefined] }];
  for (const [index, [network]] of rows.entries()) {
    const bits = bitsOf(network, ipVersion);
    let node = nodes[0] as Node;
    for (const bit of bits.slice(0, -1)) {
      let next = node.next[bit];
      if (typeof next !== 'object') {
        next = { next: [undefined, undefined] };
        nodes.push(next);
        node.next[bit] = next;
      }
      node = next;
    }
    node.next[bits.at(-1) ?? 0] = index;
  }
  return nodes;
};

const separator = Buffer.alloc(16);
const metadataMark = Buffer.from('ABCDEF4D61784D696E642E636F6D', 'hex');

/** Builds a MaxMind DB of networks and their rows; no network may contain another one. */
export const writeMmdb = (
  rows: readonly (readonly [network: string, row: MmdbValue])[],
  ipVersion: 4 | 6 = 6,
): Buffer => {
  const nodes = plant(rows, ipVersion);
  const values = rows.map(([, row]) => encode(row));
  const places = values.map((_, index) =>
    values.slice(0, index).reduce((sum, { length }) => sum + length, 0),
  );
  const numbers = new Map(nodes.map((node, index) => [node, index]));
  const tree = Buffer.alloc(nodes.length * 8);
  for (const [index, { next }] of nodes.entries()) {
    for (const [side, target] of next.entries()) {
      const record =
        typeof target === 'object'
          ? numbers.get(target)
          : nodes.length + (target === undefined ? 0 : separator.length + (places[target] ?? 0));
      tree.writeUInt32BE(record ?? 0, index * 8 + side * 4);
    }
  }
  const metadata = encode({
    node_count: nodes.length,
    record_size: 32,
    ip_version: ipVersion,
    database_type: 'Test',
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 0,
  });
  return Buffer.concat([tree, separator, ...values, metadataMark, metadata]);
};
