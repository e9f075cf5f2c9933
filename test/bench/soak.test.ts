import { describe, expect, it } from 'vitest';
import { judgeTrend, type Point } from '../../bench/soak/flat.js';
import { firstAnswerAfter, minutesOf, type Posted } from '../../bench/soak/stream.js';

/** Noise that is the same in every run, between -1 and 1. */
const noiseAt = (index: number): number => Math.sin(index * 12.9898) * Math.cos(index * 78.233);

const hour = (valueAt: (second: number, noise: number) => number): Point[] =>
  Array.from({ length: 361 }, (_, index) => {
    const atSeconds = index * 10;
    return { atSeconds, value: valueAt(atSeconds, noiseAt(index)) };
  });

const allowance = { share: 0.05, least: 10 };

describe('a series of an hour', () => {
  it('is flat when it only varies, also after it filled up in the first third', () => {
    const series = hour((second, noise) => Math.min(300, 100 + second / 4) + 8 * noise);
    expect(judgeTrend(series, allowance).verdict).toBe('flat');
  });

  it('grows when it leaks, however it varies', () => {
    const { verdict, growth } = judgeTrend(
      hour((second, noise) => 300 + second / 60 + 8 * noise),
      allowance,
    );
    expect(verdict).toBe('grows');
    expect(growth).toBeGreaterThan(38);
    expect(growth).toBeLessThan(42);
  });

  it('is flat when it shrinks, and when it grows within its allowance', () => {
    expect(
      judgeTrend(
        hour((second) => 300 - second / 60),
        allowance,
      ).verdict,
    ).toBe('flat');
    expect(
      judgeTrend(
        hour((second) => 300 + second / 400),
        allowance,
      ).verdict,
    ).toBe('flat');
  });

  it('is unclear when it varies so slowly that a leak could hide in it', () => {
    const series = hour((second) => 300 + 60 * Math.sin(second / 500));
    expect(judgeTrend(series, allowance).verdict).toBe('unclear');
  });

  it('has an allowance of a share of its mean, or of so much at least', () => {
    const growing = (mean: number) => hour((second) => mean + second / 120);
    expect(judgeTrend(growing(1000), allowance).verdict).toBe('flat');
    expect(judgeTrend(growing(10), allowance).verdict).toBe('grows');
    expect(judgeTrend(growing(10), { share: 0, least: 30 }).verdict).toBe('flat');
  });
});

it('a series that is too short is not judged', () => {
  const short = hour((second) => second).slice(0, 20);
  expect(() => judgeTrend(short, allowance)).toThrow(RangeError);
});

describe('the stream', () => {
  const posted: Posted[] = [
    { dueMs: 1_000, answeredAtMs: 1_040, status: 200 },
    { dueMs: 59_000, answeredAtMs: 62_000, status: 503 },
    { dueMs: 61_000, answeredAtMs: 69_000, status: 200 },
    { dueMs: 62_000, answeredAtMs: 68_500, status: 200 },
  ];

  it('counts each order in the minute in which it was due', () => {
    expect(minutesOf(posted, 0, 2)).toEqual([
      { answered: 1, refused: 1, p50Ms: 40, p95Ms: 40 },
      { answered: 2, refused: 0, p50Ms: 6500, p95Ms: 8000 },
    ]);
  });

  it('is decided again with the first answer of an order that came after the kill', () => {
    expect(firstAnswerAfter(posted, 60_000)).toBe(8.5);
    expect(firstAnswerAfter(posted, 63_000)).toBeNull();
  });
});
