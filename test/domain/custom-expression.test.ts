import { describe, expect, it } from 'vitest';
import { createAnswerReader, findExpressionProblems } from '../../domain/custom/answer-reader.js';

const problemsOf = (vote: string) => findExpressionProblems({ vote, evidence: {} });
const voteOf = (vote: string, answer: Record<string, unknown>) =>
  createAnswerReader({ vote, evidence: {} }).voteOf(answer);

describe('a vote over an answer', () => {
  it.each([
    ["answer.score >= 80 ? 'reject' : 'accept'", { score: 80 }, 'reject'],
    ["answer.score >= 0.8 ? 'reject' : 'accept'", { score: 0 }, 'accept'],
    ["{'A': 'accept', 'D': 'reject'}[answer.code]", { code: 'D' }, 'reject'],
    ["'velocity' in answer.rules ? 'review' : 'accept'", { rules: ['velocity'] }, 'review'],
    ["has(answer.hold) ? 'review' : 'accept'", {}, 'accept'],
    ["size(answer.rules) > 1 ? 'review' : 'accept'", { rules: [1, 2] }, 'review'],
    ['answer.list[0].word.lowerAscii()', { list: [{ word: 'REVIEW' }] }, 'review'],
    ["answer['a-b'] == null ? 'review' : 'accept'", { 'a-b': null }, 'review'],
  ])('%s', (vote, answer, outcome) => {
    expect(problemsOf(vote)).toEqual([]);
    expect(voteOf(vote, answer)).toBe(outcome);
  });

  it.each([
    ['a missing name', "answer.score > 1 ? 'accept' : 'accept'", {}],
    ['a text in place of a number', "answer.score > 1 ? 'accept' : 'accept'", { score: '5' }],
    ['a text in place of a flag', "answer.ok ? 'accept' : 'review'", { ok: 'yes' }],
    ['a key that a map does not have', "{'A': 'accept'}[answer.code]", { code: 'B' }],
    ['what every object inherits', 'answer.constructor.name', {}],
    ['another text', 'answer.word', { word: 'approve' }],
    ['a word with blanks', 'answer.word', { word: ' accept' }],
    ['an index beyond the list', 'answer.list[3]', { list: ['accept'] }],
  ])('is none for %s', (_name, vote, answer) => {
    expect(voteOf(vote, answer)).toBeUndefined();
  });

  it('is none for values nested deeper than a comparison can follow', () => {
    const deep = () => JSON.parse('['.repeat(30_000) + ']'.repeat(30_000)) as unknown;
    const vote = "answer.a == answer.b ? 'accept' : 'accept'";
    expect(voteOf(vote, { a: deep(), b: deep() })).toBeUndefined();
  });

  it.each([
    ['', 'cannot be read'],
    ['answer.', 'cannot be read'],
    ['order.total > 5.0', 'unknown name order'],
    ["answer.list.exists(x, x == 1) ? 'accept' : 'review'", 'exists() is not allowed'],
    ['answer.list.map(x, x)[0]', 'map() is not allowed'],
    ["answer.word.matches('(a+)+$') ? 'accept' : 'review'", 'matches() is not allowed'],
    ["timestamp('2020-01-01T00:00:00Z') == null ? 'accept' : 'review'", 'timestamp() is not'],
    ['answer.score > 5.0', 'must give a text'],
    ['1 + 1', 'must give a text'],
    ["'a' + 1", 'does not go together'],
  ])('%s is refused at the start', (vote, problem) => {
    expect(problemsOf(vote).join()).toContain(problem);
  });

  it('is refused when it has too many parts or levels', () => {
    const long = Array.from({ length: 200 }, () => 'answer.a').join(' + ');
    const deep = `${'answer['.repeat(40)}'a'${']'.repeat(40)}`;
    expect([problemsOf(long), problemsOf(deep)].map((problems) => problems.length)).toEqual([1, 1]);
  });

  it('costs little, whatever an answer of the largest size holds', () => {
    const long = 'a'.repeat(49_000);
    const list = Array.from({ length: 9_000 }, (_, index) => index);
    const terms = [
      ...Array.from({ length: 20 }, () => 'answer.a.contains(answer.b)'),
      ...Array.from({ length: 10 }, () => 'answer.list == answer.other'),
    ];
    const vote = `${terms.join(' || ')} ? 'accept' : 'review'`;
    expect(problemsOf(vote)).toEqual([]);
    const reader = createAnswerReader({ vote, evidence: {} });
    const answer = { a: long, b: `${long.slice(1)}b`, list, other: [...list.slice(1), -1] };
    reader.voteOf(answer);
    const startedAtMs = performance.now();
    expect(reader.voteOf(answer)).toBe('review');
    expect(performance.now() - startedAtMs).toBeLessThan(250);
  });

  it('each problem names its expression', () => {
    const evidence = { score: 'answer.score', all: 'answer.all.map(x, x)' };
    expect(findExpressionProblems({ vote: '1', evidence })).toEqual([
      "vote: must give a text: 'accept', 'review' or 'reject'",
      'evidence.all: map() is not allowed',
    ]);
  });
});
