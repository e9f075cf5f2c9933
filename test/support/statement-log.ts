import { startProxy } from './proxy.js';

/** Statements that reached Postgres through a proxy. */
export interface StatementLog {
  /** Rewrites a database URL so that its statements are logged. */
  readonly via: (databaseUrl: string) => string;
  /** The names of the statements since the last call, or their text where they have no name. */
  readonly take: () => string[];
  readonly close: () => Promise<void>;
}

const textAt = (message: Buffer, start: number): string =>
  message.toString('utf8', start, message.indexOf(0, start));

/** Reads the statements in what a client of Postgres sends, by version 3 of its protocol. */
const statementReader = (note: (statement: string) => void) => {
  let rest: Buffer = Buffer.alloc(0);
  let isStarted = false;
  let unnamed = '';
  const read = (type: string, body: Buffer): void => {
    if (type === 'Q') note(textAt(body, 0));
    if (type === 'P' && body[0] === 0) unnamed = textAt(body, 1);
    if (type === 'B') note(textAt(body, body.indexOf(0) + 1) || unnamed);
  };
  return (chunk: Buffer): void => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      // The first message of a connection has no type.
      const head = isStarted ? 1 : 0;
      if (rest.length < head + 4) return;
      const end = head + rest.readInt32BE(head);
      if (rest.length < end) return;
      if (isStarted) read(rest.toString('latin1', 0, 1), rest.subarray(5, end));
      isStarted = true;
      rest = rest.subarray(end);
    }
  };
};

/** Starts a proxy in front of the Postgres at `postgresUrl` that logs statements. */
export const startStatementLog = async (postgresUrl: string): Promise<StatementLog> => {
  const server = new URL(postgresUrl);
  let statements: string[] = [];
  const proxy = await startProxy(server.hostname, Number(server.port), () =>
    statementReader((statement) => void statements.push(statement)),
  );
  return {
    via: (databaseUrl) => databaseUrl.replace(`:${server.port}/`, `:${proxy.port}/`),
    take: () => {
      const taken = statements;
      statements = [];
      return taken;
    },
    close: proxy.close,
  };
};
