import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNames } from '../../domain/name-similarity.js';

const nameSimilarity = (one: string, other: string): number => compareNames(one, other) ?? -1;

describe('nameSimilarity', () => {
  it.each([
    ['Dana Whitfield', 'dana whitfield'],
    ['WHITFIELD/DANA', 'Dana Whitfield'],
    ['Dana M Whitfield', 'Dana Whitfield'],
    ['D Whitfield', 'Dana Whitfield'],
    ['Ms. Dana Whitfield Jr', 'Dana Whitfield'],
    ['DANAWHITFIELD', 'Dana Whitfield'],
    ['Whitfield', 'Dana Whitfield'],
    ['José Núñez', 'Jose Nunez'],
    ['Jon Smyth', 'John Smith'],
    ['Anna Weiß', 'ANNA WEISS'],
    ['Łukasz Wałęsa', 'LUKASZ WALESA'],
    ['Søren Kjær', 'SOREN KJAER'],
    ['Đorđe Þór', 'Dorde Thor'],
    ['Ольга Иванова', 'иванова ольга'],
    ['山田 Taro', 'TARO YAMADA'],
    ['张伟 (Wei Zhang)', 'ZHANG WEI'],
    ['محمد Ali', 'MOHAMED ALI'],
    ['María García López de la Cruz', 'Maria Garcia'],
  ])('takes %j and %j for one person', (one, other) => {
    expect(nameSimilarity(one, other)).toBeGreaterThanOrEqual(0.6);
  });

  it.each([
    ['Dana Whitfield', 'John Whitfield'],
    ['Ann Smith', 'Bob Jones'],
    ['', 'Dana Whitfield'],
    ['Dana Whitfield', ' '],
    ['', ''],
    ['Store card', 'Dana Whitfield'],
  ])('takes %j and %j for different people', (one, other) => {
    expect(nameSimilarity(one, other)).toBeLessThan(0.6);
  });

  it.each([
    ['محمد علي', 'MOHAMED ALI'],
    ['王小明', 'XIAOMING WANG'],
    ['Наталья Петрова', 'NATALIA PETROVA'],
    ['Γιώργος Παπαδόπουλος', 'GEORGE PAPADOPOULOS'],
    ['דוד כהן', 'DAVID COHEN'],
    ['สมชาย ใจดี', 'SOMCHAI JAIDEE'],
    ['やまだ たろう', 'TARO YAMADA'],
    ['ヤマダ タロウ', '山田太郎'],
    ['김철수', 'CHULSOO KIM'],
    ['प्रिया शर्मा', 'PRIYA SHARMA'],
    ['አበበ በቀለ', 'ABEBE BEKELE'],
  ])('cannot tell whether %j and %j are one person', (one, other) => {
    expect(compareNames(one, other)).toBeUndefined();
    expect(compareNames(other, one)).toBeUndefined();
  });

  it.each([
    ['Ольга Иванова', 'Пётр Сидоров'],
    ['山田 Taro', 'ANN SMITH'],
  ])('takes %j and %j for different people though one is in another script', (one, other) => {
    expect(nameSimilarity(one, other)).toBeLessThan(0.6);
    expect(nameSimilarity(one, other)).toBeGreaterThanOrEqual(0);
  });

  it('is symmetric, bounded and 1 for a name and itself', () => {
    const name = fc.string({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(name, name, (one, other) => {
        const similarity = nameSimilarity(one, other);
        if (similarity === -1) return;
        expect(similarity).toBeCloseTo(nameSimilarity(other, one), 10);
        expect(similarity).toBeGreaterThanOrEqual(0);
        expect(similarity).toBeLessThanOrEqual(1);
        expect([0, 1]).toContain(nameSimilarity(one, one));
      }),
    );
  });

  it('stays quick on names of a megabyte', () => {
    const long = 'abcdefghij '.repeat(100_000);
    const startMs = performance.now();
    nameSimilarity(long, `${long}x`);
    expect(performance.now() - startMs).toBeLessThan(2000);
  });
});
