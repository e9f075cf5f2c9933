import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailPart } from '../../local/mail-part.js';
import { Supervisor } from '../../local/supervisor.js';
import { createMail } from '../../partners/mail/client.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';

const from = { name: 'Verdict', address: 'verdict@localhost' };
const message = {
  ...{ from, to: 'fraud@example.com', subject: 'Fraud alert: one', text: 'what happened\n' },
  ...{ messageId: '<alert.1.1.aa@localhost>', date: new Date('2026-11-21T14:03:06Z') },
};

describe('the mail sink of npm start', () => {
  let dir: TempDir;
  let folder: string;
  let supervisor: Supervisor;
  let url = '';

  beforeEach(async () => {
    dir = makeTempDir();
    folder = join(dir.path, 'mail');
    const part = mailPart({ port: 0, folder }, (at) => (url = at));
    supervisor = new Supervisor([part], () => undefined);
    await supervisor.ready;
  });
  afterEach(async () => {
    await supervisor.stop();
    dir.remove();
  });

  const send = () => createMail({ url, from }).send(message, new AbortController().signal);
  const kept = () => readdirSync(folder).filter((name) => name.endsWith('.eml'));

  it('keeps each mail that Verdict sends in a file of its own, which only its owner reads', async () => {
    await Promise.all([send(), send(), send()]);
    expect(kept()).toHaveLength(3);
    expect(readdirSync(folder)).toHaveLength(3);
    for (const name of kept()) {
      const file = join(folder, name);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const text = readFileSync(file, 'utf8');
      for (const part of [message.messageId, message.subject, message.to, 'what happened']) {
        expect(text).toContain(part);
      }
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('keeps the newest thousand', async () => {
    const old = Array.from({ length: 1000 }, (_, index) => `2020-01-01T${1000 + index}.eml`);
    for (const name of old) writeFileSync(join(folder, name), '');
    mkdirSync(join(folder, 'other'));
    await send();
    await until('the oldest is gone', async () => !kept().includes('2020-01-01T1000.eml'));
    expect(kept()).toHaveLength(1000);
    expect(kept().some((name) => !old.includes(name))).toBe(true);
    expect(readdirSync(folder)).toContain('other');
  });

  it('that cannot keep a mail does not take it', async () => {
    dir.remove();
    await expect(send()).rejects.toThrow('451');
  });

  it('is gone after the stop, also while somebody is connected', async () => {
    await send();
    await supervisor.stop();
    await expect(send()).rejects.toThrow('ESOCKET');
  });

  it('that finds its port in use stops the start', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await until('the port is held', async () => holder.listening);
    const { port } = holder.address() as { port: number };
    const second = new Supervisor([mailPart({ port, folder }, () => undefined)], () => undefined);
    await expect(second.ready).rejects.toThrow('EADDRINUSE');
    await second.stop();
    await new Promise((resolve) => holder.close(resolve));
  });
});
