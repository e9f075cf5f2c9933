import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { type Desk, startDesk } from './desk.js';
import { sessionStories } from './session-stories.js';

let started: Desk | string;

const desk = (): Desk => {
  if (typeof started === 'string') throw new Error(started);
  return started;
};

beforeAll(async () => {
  started = await startDesk({ UNDO_WINDOW: '5s' });
  if (typeof started === 'string') process.stderr.write(`${started}\n`);
});

afterAll(() => (typeof started === 'object' ? started.stop() : undefined));

describe('the console in a browser', () => {
  beforeEach(({ skip }) => {
    if (typeof started === 'string') skip(started);
  });

  afterEach(() => {
    if (typeof started === 'object') expect(started.browser.takeFaults()).toEqual([]);
  });

  sessionStories(desk);
});
