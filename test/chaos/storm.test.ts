import { join } from 'node:path';
import { expect, it } from 'vitest';
import { briefFaults } from '../../chaos/nemesis/nemesis.js';
import { reportOf } from '../../chaos/report.js';
import { runChaos } from '../../chaos/run.js';
import { makeTempDir } from '../support/temp-dir.js';

const seed = 7;
const seconds = 8;
const again = `npm run chaos -- --brief --seed ${seed} --minutes 0.15`;

it('loses nothing and does nothing twice in a short storm of several kinds of faults', async () => {
  const folder = makeTempDir();
  const { signal } = new AbortController();
  try {
    const { entries, findings } = await runChaos({
      ...{ seed, seconds, ordersPerSecond: 2, quietLimitMs: 120_000, signal },
      ...{ folder: folder.path, recordPath: join(folder.path, 'record.jsonl') },
      ...{ faults: briefFaults, env: process.env },
      say: () => undefined,
    });
    expect(findings, `${reportOf(entries, findings)}again: ${again}`).toEqual([]);
    expect(entries.filter(({ type }) => type === 'order').length).toBeGreaterThan(5);
  } finally {
    folder.remove();
  }
}, 420_000);
