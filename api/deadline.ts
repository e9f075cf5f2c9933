import { createMiddleware } from 'hono/factory';
import type { ApiEnv } from './deps.js';
import { tryAgain } from './faults.js';

/** What an answer may take: the partners' budget, and a second for everything else. */
export const answerDeadlineMs = (budgetMs: number): number => budgetMs + 1000;

/**
 * Answers 503 once `deadlineMs` have passed since the request came, whatever it waits for: the look
 * at its key, its body or the work itself. What goes on after that does no harm: the same request
 * sent again finds what was stored. The routes find the instant as `answerBy`.
 */
export const answerWithin = (deadlineMs: number) =>
  createMiddleware<ApiEnv>(async (c, next) => {
    c.set('answerBy', performance.now() + deadlineMs);
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(tryAgain('no answer in time; send the same request again'));
      }, deadlineMs);
    });
    const work = next();
    work.catch(() => undefined);
    try {
      await Promise.race([work, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  });

/** What is left until `answerBy`, in milliseconds; at least one, so that it can be a time limit. */
export const leftMs = (answerBy: number): number => Math.max(1, answerBy - performance.now());
