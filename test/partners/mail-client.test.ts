import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createMail } from '../../partners/mail/client.js';
import { readMailbox } from '../../partners/mail/mailbox.js';
import type { Message } from '../../partners/mail/message.js';
import { collectGarbage } from '../support/collect-garbage.js';
import {
  headerOf,
  type SmtpFault,
  startSmtpServer,
  type TestSmtpServer,
} from '../support/smtp-server.js';
import { until } from '../support/until.js';

const from = readMailbox('Verdict, Alerts <verdict@example.com>');
const to = 'fraud.desk@example.com';
const message: Message = {
  ...{ from, to, subject: 'Fraud alert: Für immer – 永遠', text: 'One line\n.\nthe last\n' },
  messageId: '<alert.1.1.aa@example.com>',
  date: new Date('2026-11-21T14:03:06.000Z'),
};

let server: TestSmtpServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const started = async (options: Parameters<typeof startSmtpServer>[0] = {}) => {
  server = await startSmtpServer(options);
  return server;
};

const sendTo = (url: string, timeoutMs?: number, signal = new AbortController().signal) =>
  createMail({ url, from, ...(timeoutMs !== undefined && { timeoutMs }) }).send(message, signal);

/** The fault of a send, which must not reveal the recipient. */
const faultAt = async (url: string, timeoutMs?: number, signal?: AbortSignal) => {
  const error: unknown = await sendTo(url, timeoutMs, signal).then(
    () => undefined,
    (fault: unknown) => fault,
  );
  if (!(error instanceof Error)) throw new Error('it was sent');
  expect(`${error.message}${error.stack}`).not.toContain('@example');
  expect(error.cause).toBeUndefined();
  return `${error.name}: ${error.message}`;
};

describe('a mail server that accepts the message', () => {
  it('gets it once, for one recipient, as it was written', async () => {
    const { url, taken } = await started();
    await sendTo(url);
    expect(taken).toMatchObject([{ from: 'verdict@example.com', to: [to] }]);
    const { raw, messageId, date } = taken[0] ?? { raw: '', messageId: '', date: '' };
    expect([messageId, date]).toEqual([message.messageId, 'Sat, 21 Nov 2026 14:03:06 +0000']);
    expect(headerOf(raw, 'auto-submitted')).toBe('auto-generated');
    expect(headerOf(raw, 'to')).toBe(to);
    expect(headerOf(raw, 'from')).toBe('"Verdict, Alerts" <verdict@example.com>');
    expect(headerOf(raw, 'subject')).toMatch(/^=\?UTF-8\?|^Fraud alert: =\?UTF-8\?/);
    expect(raw).toContain('One line\r\n.\r\nthe last');
  });

  it('gets no header that a subject with line ends would make', async () => {
    const { url, taken } = await started();
    const mail = createMail({ url, from });
    const subject = 'a\r\nBcc: x@example.com\r\n\r\nbody';
    await mail.send({ ...message, subject }, new AbortController().signal);
    expect(headerOf(taken[0]?.raw ?? '', 'bcc')).toBe('');
    expect(headerOf(taken[0]?.raw ?? '', 'auto-submitted')).toBe('auto-generated');
  });

  it('has one connection for each message and none afterwards', async () => {
    const { url, connections, open } = await started();
    await sendTo(url);
    await sendTo(`${url}?pool=true&logger=true&debug=true`);
    expect(connections()).toBe(2);
    await until('no connection is open', async () => open() === 0);
  });

  it('gets user and password of the URL', async () => {
    const { port, taken } = await started();
    await sendTo(`smtp://verdict:s%40crt@127.0.0.1:${port}`);
    expect(taken).toHaveLength(1);
  });
});

const faults: [string, SmtpFault, string][] = [
  ['4xx as a greeting', { at: 'greeting', reply: 421 }, 'MailUnavailable'],
  ['5xx as a greeting', { at: 'greeting', reply: 554 }, 'MailUnavailable'],
  ['no login', { at: 'login', reply: 535 }, 'MailUnavailable'],
  ['4xx for the sender', { at: 'mail', reply: 451 }, 'MailUnavailable'],
  ['5xx for the sender', { at: 'mail', reply: 550 }, 'MailUnavailable'],
  ['4xx for the recipient', { at: 'rcpt', reply: 450 }, 'MailUnavailable'],
  ['a wish for a login', { at: 'rcpt', reply: 530 }, 'MailUnavailable'],
  ['5xx for the recipient', { at: 'rcpt', reply: 550 }, 'MailRefused'],
  ['4xx after the final dot', { at: 'dot', reply: 452 }, 'MailUnavailable'],
  ['5xx after the final dot', { at: 'dot', reply: 554 }, 'MailRefused'],
  ['a drop before the greeting', { at: 'greeting', kind: 'drop' }, 'MailUnavailable'],
  ['a drop at the recipient', { at: 'rcpt', kind: 'drop' }, 'MailUnavailable'],
  ['a drop in the message', { at: 'body', kind: 'drop' }, 'MailUnavailable'],
  ['a drop after the final dot', { at: 'dot', kind: 'takeAndDrop' }, 'MailUnavailable'],
  [
    'a greeting that never comes',
    { at: 'greeting', kind: 'hang' },
    'MailUnavailable: the mail was not taken (EABORT)',
  ],
  [
    'a final reply that never comes',
    { at: 'dot', kind: 'hang' },
    'MailUnavailable: the mail was not taken (EABORT)',
  ],
];

describe('a mail server that answers with', () => {
  it.each(faults)('%s', async (_name, fault, expected) => {
    const { port, setFault } = await started();
    setFault({ ...fault, ...('reply' in fault && { text: `<${to}> is unknown` }) });
    const url = `smtp://verdict:secret@127.0.0.1:${port}`;
    const told = await faultAt(url, 1500);
    expect(told.startsWith(expected)).toBe(true);
    expect(told).toContain('reply' in fault ? String(fault.reply) : 'MailUnavailable');
  });

  it.each([
    ['554', 'MailRefused: the mail server refuses the mail (554)'],
    ['451', 'MailUnavailable: the mail was not taken (EENVELOPE, 451)'],
  ])('%s to DATA', async (reply, expected) => {
    const listener = createServer((socket: Socket) => {
      socket.write('220 here\r\n');
      socket.on('error', () => undefined);
      socket.on('data', (line) =>
        socket.write(line.toString().startsWith('DATA') ? `${reply} ${to}\r\n` : '250 ok\r\n'),
      );
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    expect(await faultAt(`smtp://127.0.0.1:${port}`)).toBe(expected);
    await new Promise((resolve) => listener.close(resolve));
  });
});

describe('a send', () => {
  it('to nobody who listens may pass', async () => {
    const { url, close } = await started();
    await close();
    server = undefined;
    expect(await faultAt(url)).toContain('MailUnavailable');
  });

  it('that is over its time, or cancelled, leaves no connection that could still send', async () => {
    const { url, setFault, open, taken } = await started();
    setFault({ at: 'rcpt', kind: 'hang' });
    expect(await faultAt(url, 200)).toContain('EABORT');
    await until('the connection is gone', async () => open() === 0);
    const cancelling = new AbortController();
    const fault = faultAt(url, 20_000, cancelling.signal);
    await until('the next one is there', async () => open() === 1);
    cancelling.abort();
    expect(await fault).toContain('EABORT');
    await until('it is gone, too', async () => open() === 0);
    expect(taken).toEqual([]);
  });

  it('ends in time, also when garbage is collected meanwhile', async () => {
    const { url, setFault, open } = await started();
    setFault({ at: 'rcpt', kind: 'hang' });
    const fault = faultAt(url, 1500);
    await until('the connection is open', async () => open() === 1);
    collectGarbage();
    expect(await fault).toContain('EABORT');
  });

  it('uses STARTTLS where it is offered, with any certificate', async () => {
    let isSecure: boolean | undefined;
    const { url, taken } = await started({
      disabledCommands: [],
      onSecure: (_socket, _session, next) => {
        isSecure = true;
        next();
      },
    });
    await sendTo(url);
    expect([taken.length, isSecure]).toEqual([1, true]);
  });

  it('sends no login and nothing secret to a server without a valid certificate', async () => {
    const { url, taken } = await started({ disabledCommands: [] });
    const withLogin = url.replace('//', '//one:secret@');
    for (const unproven of [withLogin, `${url}?requireTLS=true`]) {
      expect(await faultAt(unproven)).toContain('MailUnavailable');
    }
    expect(taken).toEqual([]);
    await sendTo(`${withLogin}?tls.rejectUnauthorized=false`);
    expect(taken).toHaveLength(1);
  });

  it('goes nowhere without TLS when the URL requires it', async () => {
    const { url } = await started();
    expect(await faultAt(`${url}?requireTLS=true`)).toContain('MailUnavailable');
  });
});
