import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import { loadLocalConfig } from '../../local/config.js';
import example from '../../local/example-transaction.json' with { type: 'json' };
import { ensureKeysFile } from '../../local/keys-file.js';
import { localRoles } from '../../local/local-roles.js';
import { readNotice, throttleNotices } from '../../local/log-line.js';
import { writeSummary } from '../../local/summary.js';
import { createTerminal } from '../../local/terminal.js';
import type { Environment } from '../../runtime/env.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

describe('the summary of npm start', () => {
  let folder: TempDir;

  beforeEach(() => {
    folder = makeTempDir();
  });
  afterEach(() => folder.remove());

  const entry = 'entry-token-of-the-link';
  const summarise = (isTTY: boolean, env: Environment = {}) => {
    const config = loadLocalConfig({ VAR_DIR: folder.path, ...env });
    const keys = ensureKeysFile(config.keysFile);
    let text = '';
    const terminal = createTerminal(
      { isTTY, on: () => undefined, write: (more) => (text += more) },
      env,
    );
    writeSummary(config, { keys, entry }, 1234, terminal);
    return { text, keys, config };
  };

  it('never shows a key to anything but a terminal, where its curl reads it from the file', () => {
    const { text, keys, config } = summarise(false);
    for (const role of localRoles) expect(text).not.toContain(keys[role]);
    expect(text).toContain(config.keysFile);
    const expression = /\$\((node -p '[^']+')\)/.exec(text)?.[1] ?? '';
    const { stdout } = spawnSync('sh', ['-c', expression], { encoding: 'utf8' });
    expect(stdout.trim()).toBe(keys.oms);
  });

  it('shows the link into the console to a person at a terminal, elsewhere the plain address', () => {
    const shown = summarise(true, { NO_COLOR: '1' }).text;
    expect(shown).toMatch(new RegExp(`^ +Console +http://\\S+/console/enter/${entry} `, 'm'));
    const { text, config } = summarise(false);
    expect(text).toMatch(/^ +Console +http:\/\/\S+\/console\/$/m);
    expect(text).toContain(config.accountsFile);
    expect(text).not.toContain(entry);
  });

  it('shows the keys to a person at a terminal', () => {
    const { text, keys } = summarise(true, { NO_COLOR: '1' });
    for (const role of localRoles) expect(text).toContain(keys[role]);
  });

  it('has no colours in a file, and none for a person who refused them', () => {
    const escape = String.fromCharCode(27);
    expect(summarise(true).text).toContain(escape);
    expect(summarise(true, { NO_COLOR: '1' }).text).not.toContain(escape);
    expect(summarise(false).text).not.toContain(escape);
  });

  it('never shows the address of a foreign database, which may hold a password', () => {
    const { text } = summarise(true, { DATABASE_URL: 'postgres://me:hunter2@db.example/verdict' });
    expect(text).not.toMatch(/hunter2|db\.example/);
  });

  it('says where mails are kept, and never the address of a mail server, which may hold a password', () => {
    expect(summarise(false).text).toContain(`${folder.path}/mail/`);
    const { text } = summarise(false, { SMTP_URL: 'smtp://me:hunter2@mail.example' });
    expect(text).not.toMatch(/hunter2|mail\.example/);
    expect(text).not.toContain(`${folder.path}/mail/`);
  });

  it('offers an order that the API accepts', () => {
    expect(parseTransaction(example)).toMatchObject({ ok: true });
  });

  it('ends with a keys file that is used as it was given', () => {
    writeFileSync(join(folder.path, 'keys.json'), '{"oms":"given"}', { mode: 0o600 });
    expect(summarise(true, { NO_COLOR: '1' }).text).toContain('Bearer given"');
  });
});

describe('what the terminal shows of the logs', () => {
  it('is each warning and error in short, and nothing else', () => {
    expect(readNotice('{"level":"info","msg":"listening"}')).toBeUndefined();
    expect(readNotice('Node.js v20.20.2')).toBeUndefined();
    expect(readNotice('{"level":')).toBeUndefined();
    expect(readNotice('{"level":"warn","msg":"slow"}')).toEqual({ level: 'warning', text: 'slow' });
    const alarm = '{"level":"error","alarm":"oms_refused","msg":"OMS said 401"}';
    expect(readNotice(alarm)).toEqual({ level: 'error', text: 'alarm oms_refused: OMS said 401' });
    const bare = '{"level":"error","alarm":"oms_refused","msg":"alarm: oms_refused"}';
    expect(readNotice(bare)?.text).toBe('alarm oms_refused: see docs/alarms.md');
  });

  it('says of a request what was asked for, by route, and how it went, once a minute each', () => {
    const line = (status: number) =>
      JSON.stringify({
        ...{ level: 'warn', method: 'GET', route: '/transaction/:transactionId' },
        ...{ status, ms: 2501, msg: 'request' },
      });
    const texts: string[] = [];
    const show = throttleNotices(
      ({ text }) => texts.push(text),
      () => undefined,
    );
    for (const status of [503, 503, 500, 503, 500]) {
      const notice = readNotice(line(status));
      if (notice) show(notice);
    }
    expect(texts).toEqual([
      'GET /transaction/:transactionId: 503 after 2501 ms',
      'GET /transaction/:transactionId: 500 after 2501 ms',
    ]);
  });

  it('is not flooded by a part in trouble', () => {
    let shown = 0;
    const show = throttleNotices(
      () => {
        shown += 1;
      },
      () => undefined,
    );
    for (let count = 0; count < 100; count += 1) show({ level: 'error', text: 'again' });
    expect(shown).toBe(5);
  });
});
