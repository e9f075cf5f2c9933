import { expect } from 'vitest';
import { startChild } from './child.js';

import { freePort } from './ports.js';
import { keys, type Stack } from './stack.js';
import type { Json } from './transactions.js';

/** Another API of a stack's installation, with settings of its own for new orders. */
export interface ApiBeside {
  /** Posts an order, whose answer must be 200. */
  readonly post: (body: Json) => Promise<void>;
  readonly end: () => Promise<unknown>;
}

/** Starts another API on the database and the queue of a stack. */
export const startApiBeside = async (
  stack: Stack,
  settings: Record<string, string>,
): Promise<ApiBeside> => {
  const port = String(await freePort());
  const api = startChild('api/main.ts', { ...stack.env, ...settings, PORT: port });
  await api.printed('"listening"');
  return {
    post: async (body) => {
      const { status } = await fetch(`http://127.0.0.1:${port}/transaction`, {
        method: 'POST',
        headers: { authorization: `Bearer ${keys.oms}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(status).toBe(200);
    },
    end: () => api.end(),
  };
};
