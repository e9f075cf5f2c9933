import type { Reporter, TestModule } from 'vitest/node';

/** Ends a run with one plain line of counts for scripts. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const states = modules.flatMap((module) => [
      ...Array.from(module.children.allTests(), (test) => test.result().state),
      ...(module.state() === 'failed' && module.children.size === 0 ? ['failed'] : []),
    ]);
    const count = (state: string) => states.filter((found) => found === state).length;
    const failed = count('failed') + errors.length;
    const skipped = count('skipped') > 0 ? `, ${count('skipped')} skipped` : '';
    process.stdout.write(`\n${count('passed')} passed, ${failed} failed${skipped}\n`);
  }
}
