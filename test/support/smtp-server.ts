import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type SMTPServerOptions, type SMTPServerSession, SMTPServer } from 'smtp-server';

/** A fault of the mail server, at the step that it names. */
export type SmtpFault = {
  /** `greeting`, a command, the first bytes of the message, or its final dot. */
  readonly at: 'greeting' | 'login' | 'mail' | 'rcpt' | 'body' | 'dot';
  /** Only for this recipient. */
  readonly to?: string;
} & (
  | { readonly reply: number; readonly text?: string }
  | { readonly kind: 'drop' | 'hang' }
  /** Drops the connection after accepting the message: the client cannot know. */
  | { readonly kind: 'takeAndDrop'; readonly at: 'dot' }
  /** Answers when the promise resolves. */
  | { readonly wait: Promise<unknown> }
);

/** A message as received. */
export interface ReceivedMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly messageId: string;
  readonly date: string;
  /** True when the client got the confirmation. */
  readonly isConfirmed: boolean;
}

export interface TestSmtpServer {
  readonly port: number;
  readonly url: string;
  /** The accepted messages, in order. */
  readonly taken: ReceivedMessage[];
  /** Connections since the start. */
  readonly connections: () => number;
  /** Currently open connections. */
  readonly open: () => number;
  readonly setFault: (fault: SmtpFault | undefined) => void;
  readonly close: () => Promise<void>;
}

/** One header of a raw message, unfolded. */
export const headerOf = (raw: string, name: string): string => {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]/g, ' ');
  const line = head.split('\r\n').find((one) => one.toLowerCase().startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim() ?? '';
};

type Reply = (error?: Error) => void;

const after = async (wait: Promise<unknown>, next: Reply): Promise<void> => {
  await wait;
  next();
};

const refusal = (code: number, text = 'no'): Error =>
  Object.assign(new Error(text), { responseCode: code });

/** A real mail server with faults on demand; `options` are those of `smtp-server`. */
export const startSmtpServer = async (
  options: SMTPServerOptions & { readonly port?: number } = {},
): Promise<TestSmtpServer> => {
  let fault: SmtpFault | undefined;
  let connections = 0;
  const taken: ReceivedMessage[] = [];
  const drop = (session: SMTPServerSession): void => {
    for (const one of server.connections) if (one.id === session.id) one._socket.destroy();
  };
  const step = (
    at: SmtpFault['at'],
    session: SMTPServerSession,
    next: Reply,
    to?: string,
    now = fault,
  ): void => {
    if (now === undefined || now.at !== at || (now.to !== undefined && now.to !== to)) next();
    else if ('reply' in now) next(refusal(now.reply, now.text));
    else if ('wait' in now) void after(now.wait, next);
    else if (now.kind !== 'hang') drop(session);
  };
  const take = (raw: string, { envelope }: SMTPServerSession, isConfirmed: boolean): void => {
    const { mailFrom, rcptTo } = envelope;
    taken.push({
      from: mailFrom === false ? '' : mailFrom.address,
      to: rcptTo.map(({ address }) => address),
      ...{ raw, isConfirmed, messageId: headerOf(raw, 'message-id'), date: headerOf(raw, 'date') },
    });
  };
  const server: SMTPServer = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 1,
    ...options,
    onConnect: (session, next) => {
      connections += 1;
      step('greeting', session, next);
    },
    onAuth: (_auth, session, next) =>
      step('login', session, (error) => (error ? next(error) : next(null, { user: 'one' }))),
    onMailFrom: (_from, session, next) => step('mail', session, next),
    onRcptTo: ({ address }, session, next) => step('rcpt', session, next, address),
    onData: (stream, session, next) => {
      const to = session.envelope.rcptTo[0]?.address;
      const chunks: Buffer[] = [];
      // The fault of this message, also if it is healed before the first bytes come.
      const ofBody = fault;
      const isHit = ofBody?.at === 'body' && (ofBody.to === undefined || ofBody.to === to);
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (isHit) step('body', session, () => undefined, to, ofBody);
      });
      stream.once('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        if (isHit) return;
        const isDroppedAfterDot =
          fault !== undefined && 'kind' in fault && fault.kind === 'takeAndDrop';
        const isHere = fault?.to === undefined || fault.to === to;
        if (isDroppedAfterDot && isHere) take(raw, session, false);
        step(
          'dot',
          session,
          (error) => {
            if (error === undefined) take(raw, session, true);
            next(error);
          },
          to,
        );
      });
    },
  });
  server.on('error', () => undefined);
  const listener = server.listen(options.port ?? 0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    taken,
    connections: () => connections,
    open: () => server.connections.size,
    setFault: (next) => {
      fault = next;
    },
    close: async () => {
      for (const one of server.connections) one._socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
