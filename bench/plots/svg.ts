/** Width of each plot in pixels: the text stays legible where a page shows it at 700. */
export const width = 720;

/** A colour of the style below. */
export type SeriesClass = 's1' | 's2' | 's3' | 's4' | 's5' | 's6' | 'floor' | 'goal';

/**
 * Each plot has a ground of its own, so that it stays readable on a page whose theme is not that of
 * the system.
 */
const style = `
  .ground { fill: #ffffff; } .grid { stroke: #e4e7ec; } .axis { stroke: #98a2b3; }
  text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; }
  text { fill: #475467; } .title { font-size: 16px; font-weight: 600; fill: #101828; }
  .value { fill: #101828; } .inside { fill: #ffffff; }
  .goal { --c: #b42318; stroke: var(--c); } .goal-text { fill: #b42318; }
  .s1 { --c: #1d4ed8; } .s2 { --c: #c2410c; } .s3 { --c: #0f766e; } .s4 { --c: #7e22ce; }
  .s5 { --c: #a16207; } .s6 { --c: #be185d; } .floor { --c: #667085; }
  .value, .goal-text { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
  .fill { fill: var(--c); } .stroke { stroke: var(--c); }
  path.stroke { fill: none; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #11161f; } .grid { stroke: #28303d; } .axis { stroke: #667085; }
    text { fill: #b4bcc8; } .title, .value { fill: #f2f4f7; } .inside { fill: #0b0f15; }
    .goal { --c: #f97066; stroke: var(--c); } .goal-text { fill: #f97066; }
    .value, .goal-text { stroke: #11161f; }
    .s1 { --c: #7aa2ff; } .s2 { --c: #fb923c; } .s3 { --c: #2dd4bf; } .s4 { --c: #c084fc; }
    .s5 { --c: #facc15; } .s6 { --c: #f472b6; } .floor { --c: #98a2b3; }
  }
`;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

type Attributes = Readonly<Record<string, string | number>>;

const attributeText = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 10) / 10) : escape(value);

/** An element without content; numbers are pixels, to a tenth. */
export const element = (name: string, attributes: Attributes): string => {
  const texts = Object.entries(attributes).map(
    ([key, value]) => `${key}="${attributeText(value)}"`,
  );
  return `<${name} ${texts.join(' ')}/>`;
};

/** A line of text, whose baseline starts, has its middle, or ends at the point. */
export const label = (
  x: number,
  y: number,
  text: string,
  { anchor = 'start', kind = 'note' }: { readonly anchor?: string; readonly kind?: string } = {},
): string =>
  `<text x="${attributeText(x)}" y="${attributeText(y)}" text-anchor="${anchor}" ` +
  `class="${kind}">${escape(text)}</text>`;

/** A straight line. */
export const line = (
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  attributes: Attributes,
): string => element('line', { x1, y1, x2, y2, ...attributes });

/** A line through points; `dash` in the notation of SVG. */
export const path = (
  points: readonly (readonly [number, number])[],
  series: SeriesClass,
  dash = '',
): string => {
  const steps = points.map(
    ([x, y], index) => `${index === 0 ? 'M' : 'L'}${attributeText(x)} ${attributeText(y)}`,
  );
  const dashed = dash === '' ? {} : { 'stroke-dasharray': dash };
  return element('path', { class: `stroke ${series}`, d: steps.join(' '), ...dashed });
};

/** A whole image with its title, which is also what a reader without sight gets. */
export const picture = (title: string, height: number, marks: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">`,
    `<style>${style}</style>`,
    element('rect', { class: 'ground', width, height, rx: 8 }),
    label(20, 30, title, { kind: 'title' }),
    ...marks,
    '</svg>',
    '',
  ].join('\n');
