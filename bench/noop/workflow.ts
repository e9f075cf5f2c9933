import { condition, defineUpdate, setHandler } from '@temporalio/workflow';

export const answerUpdate = defineUpdate<string>('answer');

/** The floor: answers its one update in its first workflow task and ends. */
export async function noop(): Promise<void> {
  let isAnswered = false;
  setHandler(answerUpdate, () => {
    isAnswered = true;
    return 'accept';
  });
  await condition(() => isAnswered);
}
