import { createMiddleware } from 'hono/factory';
import type { ApiEnv } from './deps.js';
import { tryAgain } from './faults.js';

/** The deadline of an answer: the partners' budget and one second for everything else. */
export const answerDeadlineMs = (budgetMs: number): number => budgetMs + 1000;

/**
 * Answers 503 once `deadlineMs` have passed since the request arrived, whatever it waits for:
 * authentication, its body or the work itself. Work that continues afterwards does no harm: a retry
 * finds what was stored. Handlers read the deadline as `answerBy`.
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

/** Milliseconds left until `answerBy`; at least 1, so that it can serve as a timeout. */
export const leftMs = (answerBy: number): number => Math.max(1, answerBy - performance.now());
