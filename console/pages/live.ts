import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { ConsoleDeps, ConsoleEnv } from '../deps.js';
import { isSessionOpen } from '../../services/accounts/open-sessions.js';
import { allow } from '../access.js';
import type { News } from '../live/hub.js';

/** A proxy that closes idle connections leaves one with this much traffic open. */
const beatMs = 15_000;

/** After a loss the browser waits this long, so that a restart is not met by everybody at once. */
const retryMs = 5000;

/** A listener this far behind gets the number of changes, and has to load them itself. */
const behindMax = 200;

/** What a stream has yet to send. It is bounded, however slowly the browser reads. */
const createPending = () => {
  let added = new Set<string>();
  let changed = new Map<string, Set<string>>();
  return {
    add: (news: News) => {
      for (const caseId of news.added) added.add(caseId);
      for (const [caseId, kinds] of Object.entries(news.changed)) {
        const known = changed.get(caseId) ?? new Set();
        changed.set(caseId, known);
        for (const kind of kinds) known.add(kind);
      }
    },
    take: (): { event: string; data: string }[] => {
      const taken = { added, changed };
      added = new Set();
      changed = new Map();
      const size = taken.added.size + taken.changed.size;
      if (size > behindMax) return [{ event: 'many', data: String(size) }];
      const kinds = Object.fromEntries([...taken.changed].map(([id, of]) => [id, [...of]]));
      return [
        ...(taken.added.size > 0 ? [{ event: 'new', data: JSON.stringify([...taken.added]) }] : []),
        ...(taken.changed.size > 0 ? [{ event: 'changed', data: JSON.stringify(kinds) }] : []),
      ];
    },
  };
};

/** A pause that ends early, once, when it is woken. */
const createBell = () => {
  let ring: (() => void) | undefined;
  return {
    ring: () => ring?.(),
    wait: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        ring = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
};

/** The stream of what happens to cases, for as long as the session lasts. */
export const livePages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/live', allow('reviewer', 'analyst'), (c) => {
    const { sessionId, expiresAt } = c.get('session');
    const pending = createPending();
    const bell = createBell();
    const state = { isOver: false };
    const end = () => {
      state.isOver = true;
      bell.ring();
    };
    const leave = deps.live.listen({
      onNews: (news) => {
        pending.add(news);
        bell.ring();
      },
      onEnd: end,
    });
    if (leave === undefined) {
      c.header('Retry-After', String(retryMs / 1000));
      return c.text('too many listen already', 503);
    }
    const isAllowed = async (): Promise<boolean> => {
      return expiresAt > deps.now() && (await isSessionOpen({ db: deps.db }, sessionId));
    };
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(c, async (stream) => {
      stream.onAbort(end);
      try {
        await stream.writeSSE({ event: 'ready', data: '', retry: retryMs });
        let checkedMs = performance.now();
        while (!state.isOver && !stream.aborted) {
          const messages = pending.take();
          for (const message of messages) await stream.writeSSE(message);
          if (messages.length === 0) await bell.wait(beatMs);
          if (performance.now() - checkedMs < beatMs) continue;
          checkedMs = performance.now();
          if (!(await isAllowed())) break;
          await stream.write(': beat\n\n');
        }
      } finally {
        leave();
      }
    });
  });
