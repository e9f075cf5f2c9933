// Starts the whole product on the Node that runs this file, posts one order, and stops it. Fails
// unless the order is answered and nothing is left running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const startWithinMs = 120_000;
const stopWithinMs = 20_000;

/** Ports that are free now, all held until the last is found so that none comes twice. */
const freePorts = async (count) => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => String(server.address().port));
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
};

const folder = mkdtempSync(join(tmpdir(), 'verdict-node-'));
const names = [
  ...['PORT', 'METRICS_PORT', 'SIMULATOR_PORT'],
  ...['PGPORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT'],
];
const ports = await freePorts(names.length);
const env = {
  ...process.env,
  ...Object.fromEntries(names.map((name, index) => [name, ports[index]])),
  VAR_DIR: folder,
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
};
const url = `http://127.0.0.1:${env.PORT}`;

const product = spawn('npm', ['start'], { cwd: root, env, stdio: 'inherit' });
const exited = once(product, 'exit');
const isRunning = () => product.exitCode === null && product.signalCode === null;

const untilReady = async () => {
  const endMs = Date.now() + startWithinMs;
  while (isRunning() && Date.now() < endMs) {
    const reply = await fetch(`${url}/readyz`).catch(() => undefined);
    if (reply?.ok) return;
    await pause(200);
  }
  throw new Error(isRunning() ? 'the product did not get ready' : 'the product stopped by itself');
};

const postOneOrder = async () => {
  const { oms } = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8'));
  const reply = await fetch(`${url}/transaction`, {
    method: 'POST',
    headers: { authorization: `Bearer ${oms}`, 'content-type': 'application/json' },
    body: readFileSync(join(root, 'local', 'example-transaction.json')),
  });
  const answer = await reply.json();
  if (reply.status !== 200 || answer.recommendationCode !== 'accept') {
    throw new Error(`the order was answered ${reply.status} ${JSON.stringify(answer)}`);
  }
};

try {
  await untilReady();
  await postOneOrder();
} finally {
  product.kill('SIGTERM');
  const [code] = await Promise.race([exited, pause(stopWithinMs, ['not at all'], { ref: false })]);
  if (code !== 0) {
    product.kill('SIGKILL');
    process.exitCode = 1;
    process.stderr.write(`the product ended ${code}\n`);
  }
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`\nNode ${process.version} starts Verdict and answers an order.\n`);
