import { type Outcome, outcomes } from '../../contracts/hbc/decision.js';
import { compileAnswerExpression } from './answer-expression.js';

/** The expressions of the settings over a partner's answer. */
interface Expressions {
  readonly vote?: string | undefined;
  readonly evidence: Readonly<Record<string, string>>;
}

/** The problems of the expressions, each with the expression's name in the settings. */
export const findExpressionProblems = ({ vote, evidence }: Expressions): string[] => {
  const problemsOf = (name: string, text: string, gives: 'text' | 'anything') =>
    (compileAnswerExpression(text, gives).problems ?? []).map((problem) => `${name}: ${problem}`);
  return [
    ...(vote === undefined ? [] : problemsOf('vote', vote, 'text')),
    ...Object.entries(evidence).flatMap(([name, text]) =>
      problemsOf(`evidence.${name}`, text, 'anything'),
    ),
  ];
};

type Answer = Readonly<Record<string, unknown>>;

/** Reads a partner's answer. Never throws, whatever the answer holds. */
export interface AnswerReader {
  /** Undefined when the answer gives no vote. Callers must not treat that as accept. */
  readonly voteOf: (answer: Answer) => Outcome | undefined;
  /** Values for reviewers, by name, unchanged. An expression that fails is left out. */
  readonly evidenceOf: (answer: Answer) => Readonly<Record<string, unknown>>;
}

/** The value of an expression; undefined when its evaluation fails on this answer. */
const readerOf = (text: string, gives: 'text' | 'anything'): ((answer: Answer) => unknown) => {
  const { evaluate, problems = [] } = {
    evaluate: undefined,
    ...compileAnswerExpression(text, gives),
  };
  if (evaluate === undefined) throw new Error(problems.join('; '));
  return (answer) => {
    try {
      return evaluate(answer);
    } catch {
      return undefined;
    }
  };
};

/** Compiles the expressions once. Throws for those with problems, see `findExpressionProblems`. */
export const createAnswerReader = ({ vote = '', evidence }: Expressions): AnswerReader => {
  const readVote = readerOf(vote, 'text');
  const readers = Object.entries(evidence).map(
    ([name, text]) => [name, readerOf(text, 'anything')] as const,
  );
  return {
    voteOf: (answer) => {
      const word = readVote(answer);
      return outcomes.find((outcome) => outcome === word);
    },
    evidenceOf: (answer) =>
      Object.fromEntries(readers.map(([name, read]) => [name, read(answer)] as const)),
  };
};
