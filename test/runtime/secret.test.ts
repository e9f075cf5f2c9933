import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../runtime/secret.js';

const secret = new Secret('Zq7');

describe('a secret', () => {
  it('is revealed to whoever asks for it', () => {
    expect(secret.reveal()).toBe('Zq7');
  });

  it.each([
    ['in a template', () => `in a ${secret as unknown as string}`],
    ['joined', () => [secret].join()],
    ['as JSON', () => JSON.stringify({ secret, list: [secret] })],
    ['inspected', () => inspect({ secret }, { depth: null, showHidden: true })],
    ['formatted', () => format('%s %o %j %O', secret, secret, secret, secret)],
    ['copied', () => inspect(Object.assign({}, secret))],
    ['cloned', () => inspect(structuredClone({ secret }))],
    ['listed by its properties', () => inspect(Reflect.ownKeys(secret))],
    ['in an error', () => new Error(`wrong: ${String(secret)}`).message],
    ['as a cause', () => inspect(new Error('wrong', { cause: { secret } }))],
  ])('%s does not show', (_how, print) => {
    expect(print()).not.toContain('Zq7');
  });
});
