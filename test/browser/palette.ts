import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const coloursMax = 256;
const bytesByColourType: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

interface Bitmap {
  readonly width: number;
  readonly height: number;
  /** One colour a pixel, as 0xRRGGBB. */
  readonly pixels: Uint32Array;
}

const paeth = (left: number, above: number, corner: number): number => {
  const guess = left + above - corner;
  const toLeft = Math.abs(guess - left);
  const toAbove = Math.abs(guess - above);
  const toCorner = Math.abs(guess - corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
};

/** Undoes the filter of each row (PNG specification, section 9). */
const unfilter = (data: Buffer, rowBytes: number, height: number, step: number): Buffer => {
  const out = Buffer.alloc(rowBytes * height);
  for (let row = 0; row < height; row += 1) {
    const filter = data[row * (rowBytes + 1)] ?? 0;
    for (let index = 0; index < rowBytes; index += 1) {
      const at = row * rowBytes + index;
      const left = index < step ? 0 : (out[at - step] ?? 0);
      const above = row === 0 ? 0 : (out[at - rowBytes] ?? 0);
      const corner = index < step || row === 0 ? 0 : (out[at - rowBytes - step] ?? 0);
      const predicted = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter];
      out[at] = (data[row * (rowBytes + 1) + 1 + index] ?? 0) + (predicted ?? 0);
    }
  }
  return out;
};

const readBitmap = (png: Buffer): Bitmap => {
  const parts: Buffer[] = [];
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') {
      parts.push(png.subarray(at + 8, at + 8 + length));
    }
    at += length + 12;
  }
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const step = bytesByColourType[png[25] ?? -1];
  if (step === undefined) throw new Error('only true colour is read');
  const bytes = unfilter(inflateSync(Buffer.concat(parts)), width * step, height, step);
  const pixels = Uint32Array.from({ length: width * height }, (_, index) =>
    bytes.readUIntBE(index * step, 3),
  );
  return { width, height, pixels };
};

const distance = (one: number, other: number): number =>
  [16, 8, 0]
    .map((by) => ((one >> by) & 255) - ((other >> by) & 255))
    .reduce((sum, apart) => sum + apart * apart, 0);

/** The most frequent colours; of those that look alike only the most frequent one. */
const choosePalette = (counts: ReadonlyMap<number, number>): number[] => {
  const byCount = [...counts].toSorted((one, other) => other[1] - one[1]).map(([colour]) => colour);
  if (byCount.length <= coloursMax) return byCount;
  const best = new Map<number, number>();
  for (const colour of byCount) {
    const alike = colour & 0xf0f0f0;
    // The commonest colours are kept exactly, as they cover areas.
    const place = best.size < coloursMax / 4 ? colour | 0x1000000 : alike;
    if (!best.has(place)) best.set(place, colour);
    if (best.size === coloursMax) break;
  }
  return [...best.values()];
};

const nearestIn = (palette: readonly number[], colour: number): number => {
  let nearest = 0;
  for (const [index, candidate] of palette.entries()) {
    if (distance(colour, candidate) < distance(colour, palette[nearest] ?? 0)) nearest = index;
  }
  return nearest;
};

const chunk = (kind: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
};

/** The same picture with at most 256 colours, about a third of the size. */
export const reducePalette = (png: Buffer): Buffer => {
  const { width, height, pixels } = readBitmap(png);
  const counts = new Map<number, number>();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = choosePalette(counts);
  const places = new Map([...counts.keys()].map((colour) => [colour, nearestIn(palette, colour)]));
  const rows = Buffer.alloc((width + 1) * height);
  for (const [index, colour] of pixels.entries()) {
    rows[Math.floor(index / width) * (width + 1) + 1 + (index % width)] = places.get(colour) ?? 0;
  }
  const header = Buffer.from(png.subarray(16, 29));
  header.set([8, 3], 8);
  const colours = Buffer.alloc(palette.length * 3);
  for (const [index, colour] of palette.entries()) colours.writeUIntBE(colour, index * 3, 3);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};
