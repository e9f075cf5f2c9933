import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSettingsFile } from '../support/settings-file.js';
import { decideStories } from './decide-stories.js';
import { type Desk, startDesk } from './desk.js';
import { pageStories } from './page-stories.js';
import { queueStories } from './queue-stories.js';
import { sessionStories } from './session-stories.js';
import { workStories } from './work-stories.js';

let started: Desk | string;
const settings = makeSettingsFile({
  review: { fourEyesAbove: 5000, checklist: ['Address looked up'] },
});

const desk = (): Desk => {
  if (typeof started === 'string') throw new Error(started);
  return started;
};

beforeAll(async () => {
  started = await startDesk({ UNDO_WINDOW: '5s', VERDICT_SETTINGS: settings.path });
  if (typeof started === 'string') process.stderr.write(`${started}\n`);
});

afterAll(async () => {
  if (typeof started === 'object') await started.stop();
  settings.remove();
});

describe('the console in a browser', () => {
  beforeEach(({ skip }) => {
    if (typeof started === 'string') skip(started);
  });

  afterEach(() => {
    const faults = typeof started === 'object' ? started.browser.takeFaults() : [];
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });

  decideStories(desk);
  queueStories(desk);
  pageStories(desk);
  workStories(desk);
  sessionStories(desk);

  it('in the end OMS has heard once of each decision, and of none that was taken back', async () => {
    for (const { heard, expected } of await desk().omsHeard()) expect(heard).toEqual(expected);
  });
});
