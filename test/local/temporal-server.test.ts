import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type Connection } from '@temporalio/client';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findTemporalCli } from '../../local/temporal-cli.js';
import {
  startTemporalServer,
  type TemporalServer,
  type TemporalServerOptions,
} from '../../local/temporal-server.js';
import { ensureSearchAttributes, SearchAttributeError } from '../../temporal/search-attributes.js';
import { freePort } from '../support/ports.js';
import { searchAttributeKeys } from '../../workflows/order/search-attributes.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';
import { connectNow } from '../../runtime/temporal.js';

/** `INDEXED_VALUE_TYPE_TEXT` of Temporal's API. */
const textType = 1;

describe('the Temporal development server', () => {
  let cliPath: string;
  let folder: TempDir;
  let file: string;
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    cliPath = await findTemporalCli(process.env, (line) => void process.stdout.write(`${line}\n`));
  });
  beforeEach(() => {
    folder = makeTempDir();
    file = join(folder.path, 'temporal', 'temporal.db');
  });
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
    folder.remove();
  });

  const start = async (more: Partial<TemporalServerOptions> = {}): Promise<TemporalServer> => {
    const server = await startTemporalServer({
      ...{ cliPath, port: await freePort(), namespace: 'default', store: { file } },
      ...more,
    });
    ends.push(() => server.stop());
    return server;
  };
  const connect = async ({ address }: TemporalServer): Promise<Connection> => {
    const connection = await connectNow({ address });
    ends.push(() => connection.close());
    return connection;
  };
  const list = async (connection: Connection) => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    return Object.keys(customAttributes ?? {});
  };

  it('keeps its state in a file, and registers search attributes on an old one', async () => {
    const first = await start();
    const old = await connect(first);
    expect(await list(old)).not.toContain('FraudStatus');
    await old.close();
    await first.stop();
    expect(existsSync(file)).toBe(true);

    const connection = await connect(await start());
    await ensureSearchAttributes(connection, 'default');
    expect(await list(connection)).toEqual(
      expect.arrayContaining(searchAttributeKeys.map(({ name }) => name)),
    );
    const { count } = await new Client({ connection }).workflow.count(
      `Banner = 's5a' AND Score > 1 AND ReviewDueAt < '2026-01-01T00:00:00Z'`,
    );
    expect(count).toBe(0);
  });

  it('lets several processes register the search attributes at once, and again', async () => {
    const connection = await connect(await start({ store: 'memory' }));
    const ensure = () => ensureSearchAttributes(connection, 'default');
    await Promise.all([ensure(), ensure(), ensure()]);
    await ensure();
    expect(await list(connection)).toEqual(
      expect.arrayContaining(searchAttributeKeys.map(({ name }) => name)),
    );
  });

  it('refuses a namespace where a search attribute has another type, and names it', async () => {
    const connection = await connect(await start({ store: 'memory' }));
    await connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: { Score: textType },
    });
    const refused = ensureSearchAttributes(connection, 'default');
    await expect(refused).rejects.toThrow(SearchAttributeError);
    await expect(refused).rejects.toThrow('Score (must be INT)');
  });

  it('serves its UI with the codec endpoint, and a namespace of another name', async () => {
    const uiPort = await freePort();
    const codecUrl = 'http://127.0.0.1:8080/codec';
    const server = await start({ store: 'memory', namespace: 'fraud', uiPort, codecUrl });
    expect(server.uiUrl).toBe(`http://127.0.0.1:${uiPort}`);
    const settings = await fetch(`${server.uiUrl}/api/v1/settings`);
    expect(await settings.json()).toMatchObject({ Codec: { Endpoint: codecUrl } });
    const connection = await connect(server);
    const { namespaceInfo } = await connection.workflowService.describeNamespace({
      namespace: 'fraud',
    });
    expect(namespaceInfo?.name).toBe('fraud');
  });

  it('says why it could not start, in its own words', async () => {
    const port = await freePort();
    await start({ store: 'memory', port });
    const failure = start({ store: 'memory', port, namespace: 'another' });
    await expect(failure).rejects.toThrow(/temporal ended while it was starting/);
  });
});
