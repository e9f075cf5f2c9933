import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers in the place of every partner and of OMS, on the loop-back address. */
export interface StandIn {
  /** Without a trailing slash. */
  readonly url: string;
  readonly close: () => void;
}

/** An acceptance in the words of each partner at once. */
const acceptance = (sessionKey: unknown) => ({
  status: 'success',
  sessionKey,
  level: 'low',
  amlLevel: 'low',
  score: 12,
  rules: [{ id: 1, isLive: true, isAllowlisted: false, name: 'Rehearsal' }],
  checkpoints: { issuingrisk: { riskLevel: { value: 'low', ruleIds: [1] } } },
  reasonCodes: ['REHEARSAL'],
  result: 'Approved',
  kountTransactionId: 'REHEARSAL',
});

const sessionKeyIn = (text: string): unknown => {
  const body: unknown = JSON.parse(text);
  return typeof body === 'object' && body !== null && 'sessionKey' in body
    ? body.sessionKey
    : undefined;
};

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const sessionKey = sessionKeyIn(Buffer.concat(chunks).toString());
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(acceptance(sessionKey)));
};

/** Starts it on a free port. Rejects when the process may not listen. */
export const startStandIn = async (): Promise<StandIn> => {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
