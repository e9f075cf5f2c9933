import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import { maskCardNumbers } from '../../domain/mask.js';

/**
 * Lines of a text that hold what looks like a card number. Texts are kept in clear, so that one of
 * those is not kept at all.
 */
export const findCardNumbers = (text: string): RuleTextProblem[] => {
  // Most texts have none; the lines are only told apart when there is something to tell.
  if (maskCardNumbers(text) === text) return [];
  return text.split('\n').flatMap((line, index) => {
    if (maskCardNumbers(line) === line) return [];
    const message = 'holds what looks like a card number';
    return [{ rule: 'rule set', message, line: index + 1, column: 1 }];
  });
};
