import { type Outcome, outcomes } from '../../contracts/hbc/decision.js';
import { compileAnswerExpression } from './answer-expression.js';

/** The expressions over a partner's answer, as the settings hold them. */
interface Expressions {
  readonly vote?: string | undefined;
  readonly evidence: Readonly<Record<string, string>>;
}

/** What is wrong with the expressions, each by its name in the settings. */
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

/** Reads a partner's answer. Never throws for what stands in it. */
export interface AnswerReader {
  /** Undefined when the answer gives no vote: it must not be taken for a good one. */
  readonly voteOf: (answer: Answer) => Outcome | undefined;
  /** What reviewers see of it, by name, as it stands there; what cannot be read is left out. */
  readonly evidenceOf: (answer: Answer) => Readonly<Record<string, unknown>>;
}

/** The value of an expression; undefined where it has none, or none for this answer. */
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

/** Compiles the expressions once. Throws for one that `findExpressionProblems` refuses. */
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
