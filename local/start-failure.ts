/** Something could not start. The message is for the person at the terminal. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';

  /** `lastLines` are the part's last lines before the failure, newest last. */
  constructor(message: string, lastLines: readonly string[] = []) {
    super([message, ...lastLines.map((line) => `    ${line}`)].join('\n'));
  }
}
