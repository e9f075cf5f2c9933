import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { safeError } from '../../runtime/logger.js';
import { commandOf } from '../../runtime/launcher.js';
import { startChild } from '../support/child.js';

const script = fileURLToPath(new URL('print-log-lines.ts', import.meta.url));

describe('log lines', () => {
  let lines: Record<string, unknown>[];

  beforeAll(async () => {
    const child = startChild(script, {});
    try {
      await child.printed('"end"');
    } finally {
      await child.end();
    }
    lines = child.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  });

  it('are JSON with part, level and time', () => {
    expect(lines.map((line) => line['msg'])).toEqual([
      ...['flat', 'nested', 'failed', 'a loop failed', 'child', 'end'],
    ]);
    for (const line of lines) {
      expect(line).toMatchObject({
        part: 'test',
        level: expect.stringMatching(/^(info|warn|error)$/) as string,
        time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      });
    }
  });

  it('contain ids, and neither card data nor personal data nor the text of an error', () => {
    expect(lines[0]).toMatchObject({ transactionId: 'tx_1', cardNumber: '[redacted]' });
    expect(lines[2]).toMatchObject({ err: { type: 'Error', cause: { type: 'Error' } } });
    expect(JSON.stringify(lines)).not.toContain('Zq7');
  });

  it.each([
    ['the logger itself', 2, 'Error'],
    ['a loop of the worker', 3, 'TypeError'],
  ])('of %s tell the type of an error and the place where it arose', (_, index, type) => {
    const place = expect.stringMatching(/print-log-lines\.ts:\d+/) as string;
    expect(lines[index]).toMatchObject({ err: { type, code: 'ECONNRESET', stack: place } });
  });
});

it('a full disk ends no process that logs, and is reported once', async () => {
  const full = openSync('/dev/full', 'w');
  const [program, ...args] = commandOf(script);
  const child = spawn(program, args, {
    stdio: ['ignore', full, 'pipe'],
  });
  closeSync(full);
  const stderr = child.stderr as NodeJS.ReadableStream;
  const [said, [code]] = await Promise.all([text(stderr), once(child, 'exit')]);
  expect(code).toBe(0);
  expect(said.match(/the disk is full/g)).toHaveLength(1);
  expect(said.trim().split('\n')).toHaveLength(1);
});

describe('an error made safe', () => {
  it('has its type, its code and where it was thrown', () => {
    const error = Object.assign(new TypeError('Zq7'), { code: 'ECONNRESET' });
    expect(safeError(error)).toMatchObject({ type: 'TypeError', code: 'ECONNRESET' });
    expect(String(safeError(error)['stack'])).toContain('logger.test.ts');
  });

  it('never has a message, however it is written', () => {
    const texts = fc.oneof(
      fc.constantFrom('Zq7', '\n    at Zq7', 'x\n    at Zq7 (file.js:1:1)\n', ' at Zq7\n   at Zq7'),
      fc.string().map((noise) => `${noise}Zq7${noise}`),
    );
    fc.assert(
      fc.property(texts, (message) => {
        const shown = safeError(new Error(message, { cause: new TypeError(message) }));
        expect(JSON.stringify(shown)).not.toContain('Zq7');
      }),
    );
  });

  it.each([['Zq7'], [{ message: 'Zq7' }], [undefined], [null], [7]])(
    'shows nothing of a thrown %j but its type',
    (thrown) => {
      expect(safeError(thrown)).toEqual({ type: typeof thrown });
    },
  );

  it('ends with causes that go in a circle', () => {
    const error = new Error('Zq7');
    error.cause = error;
    expect(JSON.stringify(safeError(error))).not.toContain('Zq7');
  });
});
