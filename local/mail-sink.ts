import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type SMTPServerDataStream, SMTPServer } from 'smtp-server';

export interface MailSink {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

const loopback = '127.0.0.1';

/** A mail of Verdict has about a kilobyte. */
const bytesMax = 1_000_000;

const keptMax = 1000;

const readAll = async (stream: SMTPServerDataStream): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** Names sort by time. The file appears atomically. */
const keep = async (folder: string, message: Buffer): Promise<void> => {
  const at = new Date().toISOString().replaceAll(':', '');
  const path = join(folder, `${at}-${randomBytes(4).toString('hex')}`);
  await writeFile(`${path}.part`, message, { mode: 0o600, flag: 'wx' });
  await rename(`${path}.part`, `${path}.eml`);
};

const forgetOld = async (folder: string): Promise<void> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml')).toSorted();
  const old = names.slice(0, Math.max(0, names.length - keptMax));
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
};

/** Stores a message. Returns the error to answer when this fails. */
const take = async (folder: string, stream: SMTPServerDataStream): Promise<Error | undefined> => {
  try {
    const message = await readAll(stream);
    if (!stream.sizeExceeded) await keep(folder, message);
    return undefined;
  } catch {
    return Object.assign(new Error('the message cannot be kept'), { responseCode: 451 });
  }
};

/**
 * Accepts every mail from this machine, stores the newest thousand in `folder` as `.eml` files that
 * only their owner can read, and forwards none. Port 0 takes a free port. Throws what listening
 * throws.
 */
export const startMailSink = async (options: {
  readonly folder: string;
  readonly port: number;
}): Promise<MailSink> => {
  const { folder, port } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const receive = async (stream: SMTPServerDataStream, done: (fault?: Error) => void) => {
    done(await take(folder, stream));
    await forgetOld(folder).catch(() => undefined);
  };
  const server = new SMTPServer({
    // Only this machine can reach it, so it needs neither TLS nor a login.
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    ...{ size: bytesMax, rejectOversized: true },
    closeTimeout: 1,
    onData: (stream, _session, done) => void receive(stream, done),
  });
  // A client that disconnects early is not an error. `once` below reports a port in use.
  server.on('error', () => undefined);
  const listener = server.listen(port, loopback);
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
