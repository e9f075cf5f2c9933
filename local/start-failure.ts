/** Something could not be brought up. The message is for the person at the terminal. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';

  /** `lastLines` is what the part wrote before it failed, newest last. */
  constructor(message: string, lastLines: readonly string[] = []) {
    super([message, ...lastLines.map((line) => `    ${line}`)].join('\n'));
  }
}
