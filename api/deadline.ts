import { tryAgain } from './faults.js';

/**
 * The result of `work`, or 503 once the time is over. What goes on after that does no harm: the
 * same request sent again finds what was stored.
 */
export const withinDeadline = async <T>(deadlineMs: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(tryAgain('no decision in time; send the same request again'));
    }, deadlineMs);
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
};

/** What an answer may take: the partners' budget, and a second for everything else. */
export const answerDeadlineMs = (budgetMs: number): number => budgetMs + 1000;
