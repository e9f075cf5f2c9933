import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLatest } from '../../bench/page/latest.js';
import { fillPage, pagesOf, plotsOf } from '../../bench/page/page.js';
import { soakTables } from '../../bench/page/soak-tables.js';
import { linearScale, logScale } from '../../bench/plots/scale.js';

const latest = readLatest('bench/results');
const pages = pagesOf(latest);
const remedy = 'run `npm run bench -- --page`';

describe('the page of the performance', () => {
  it('shows plots that were drawn from the newest stored figures', () => {
    const drawn = plotsOf(latest);
    const shown = Object.keys(pages).map((page) => readFileSync(`docs/${page}`, 'utf8'));
    expect(readdirSync('docs/plots').toSorted()).toEqual(Object.keys(drawn).toSorted());
    for (const [file, svg] of Object.entries(drawn)) {
      const committed = readFileSync(`docs/plots/${file}`, 'utf8');
      expect(committed === svg, `${file} is stale: ${remedy}`).toBe(true);
      expect(shown.join(), file).toContain(`(plots/${file})`);
    }
  });

  it.each(Object.entries(pages))('has tables of the newest stored figures: %s', (page, tables) => {
    const committed = readFileSync(`docs/${page}`, 'utf8');
    expect(committed === fillPage(committed, tables), `${page} is stale: ${remedy}`).toBe(true);
  });

  it('calls growth in the soak missed, or unclear where the run was too short to say', () => {
    const { result } = latest('soak');
    const rowOf = (apiMbAt: (second: number) => number): string | undefined => {
      const samples = result.samples.map((sample) => ({
        ...sample,
        pssMb: { ...sample.pssMb, api: apiMbAt(sample.atSeconds) },
      }));
      const lines = soakTables({ ...result, samples }).split('\n');
      return lines.find((line) => line.startsWith("| growth of api's memory"));
    };
    expect(rowOf((second) => 300 + second / 60)).toMatch(/: grows \| \*\*missed\*\* \|$/);
    const wave = (second: number) => 300 + 60 * Math.sin(second / 500);
    expect(rowOf(wave)).toMatch(/: unclear \| unclear \|$/);
  });

  it('is refused without a place for each table', () => {
    expect(() => fillPage('# Performance\n', { goals: 'table' })).toThrow(RangeError);
  });
});

describe('the axis of a plot', () => {
  const extent = { from: 300, to: 100 };

  it('contains its values and begins at zero', () => {
    const { of, ticks } = linearScale(83, extent);
    expect(ticks).toEqual([0, 20, 40, 60, 80, 100]);
    expect([of(0), of(100)]).toEqual([300, 100]);
  });

  it('has a step of 1, 2 or 5 times a power of ten, also when that is exact', () => {
    expect(linearScale(0.5, extent).ticks).toHaveLength(6);
    expect(linearScale(100, extent).ticks).toEqual([0, 20, 40, 60, 80, 100]);
  });

  it('that is logarithmic contains its values between two round ones', () => {
    const { of, ticks } = logScale([14, 830], extent);
    expect(ticks).toEqual([10, 20, 50, 100, 200, 500, 1000]);
    expect(of(10)).toBeCloseTo(300);
    expect(of(100)).toBeCloseTo(200);
  });
});
