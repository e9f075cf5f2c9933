import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from '../../db/pool.js';
import type { Logger } from '../../runtime/logger.js';
import { type CaseEvent, createCaseEventReader } from '../../services/cases/events.js';

/** Kinds of events by which a case comes into the queue. */
const opening = new Set(['decided', 'oms_refused']);

/** What happened to cases since the last news, by case. */
export interface News {
  /** Cases that came into the queue. */
  readonly added: readonly string[];
  /** The kinds of all other events, also of cases that were opened just before. */
  readonly changed: Readonly<Record<string, readonly string[]>>;
}

/** Tells the pages of this process what happens to cases. */
export interface LiveHub {
  /**
   * Calls `onNews` for all that happens from now on, and `onEnd` once when the process stops.
   * Returns the function that ends this; undefined when too many listen.
   */
  readonly listen: (listener: Listener) => (() => void) | undefined;
  /** Ends every stream. Later listeners are refused. */
  readonly close: () => void;
}

interface Listener {
  readonly onNews: (news: News) => void;
  readonly onEnd: () => void;
}

/** Soon enough for a person, and little work: one query of an index a second. */
const pollMs = 1000;

/** Each holds a connection of the browser and some kilobytes. */
const listenersMax = 500;

const newsOf = (events: readonly CaseEvent[]): News => {
  const added = new Set(events.filter(({ kind }) => opening.has(kind)).map((one) => one.caseId));
  const changed: Record<string, string[]> = {};
  for (const { caseId, kind } of events) {
    if (!opening.has(kind)) (changed[caseId] ??= []).push(kind);
  }
  return { added: [...added], changed };
};

interface HubDeps {
  readonly db: Pool;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** One hub serves all streams of a process. It polls Postgres only while somebody listens. */
export const createLiveHub = (deps: HubDeps): LiveHub => {
  const listeners = new Set<Listener>();
  const reader = createCaseEventReader();
  let isRunning = false;
  let isFailing = false;
  let isClosed = false;

  const poll = async (): Promise<void> => {
    try {
      const events = await reader.read({ db: deps.db, now: deps.now() });
      isFailing = false;
      if (events.length === 0) return;
      const news = newsOf(events);
      for (const listener of listeners) listener.onNews(news);
    } catch (error) {
      if (!isFailing) deps.logger.warn({ err: error }, 'pages are not live: no events');
      isFailing = true;
    }
  };
  const run = async (): Promise<void> => {
    isRunning = true;
    while (listeners.size > 0) {
      await poll();
      await pause(pollMs, undefined, { ref: false });
    }
    reader.reset();
    isRunning = false;
  };
  return {
    listen: (listener) => {
      if (isClosed || listeners.size >= listenersMax) return undefined;
      listeners.add(listener);
      if (!isRunning) void run();
      return () => listeners.delete(listener);
    },
    close: () => {
      isClosed = true;
      for (const { onEnd } of listeners) onEnd();
      listeners.clear();
    },
  };
};
