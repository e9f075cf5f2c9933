import { expect, it } from 'vitest';
import { startChild } from '../support/child.js';

it('an unexpected error ends the process and is reported without its message', async () => {
  const child = startChild('test/runtime/fail-late.ts', {});
  await child.ended;
  expect(child.process.exitCode).toBe(1);
  const told = child.lines.join('\n');
  expect(told).toContain('TypeError');
  expect(told).toContain('fail-late.ts');
  expect(told).not.toContain('4111111111111111');
});
