import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { parseWire } from '../contracts/faults.js';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { ImportMapping } from '../contracts/v1/import-mapping.js';
import { type Import, NewImport } from '../contracts/v1/imports.js';
import { createPool } from '../db/pool.js';
import { createTokeniser } from '../runtime/card-tokeniser.js';
import { createVault } from '../runtime/vault.js';
import { FileFault, readCsvRows, readJsonLines } from '../services/imports/file-lines.js';
import { importFile, type ImportProgress } from '../services/imports/import-file.js';
import { createImport } from '../services/imports/imports.js';
import { loadStart } from '../temporal/load-start.js';
import {
  commandLine,
  type CommandOn,
  printTable,
  Refusal,
  runCommandOn,
  UsageError,
} from './command.js';
import { loadLocalConfig } from './config.js';

const usage = `Usage:
  npm run import -- FILE [--mapping FILE] [--note TEXT]

Brings past orders along, with what became of them, as history for rules, backtests and
fits. Starts no workflow and asks no partner. docs/importing-history.md says what a line is.
  FILE            one JSON object a line, or CSV with a header where --mapping is given
  --mapping FILE  how the columns of the CSV become an order, as YAML or JSON
  --note TEXT     for the audit trail

Run it again when it was stopped: it goes on where it was, and stores nothing twice.
Exit code 0: every line is stored; 1: some were refused, and the report says why.
`;

const databaseTimeoutMs = 60_000;
const connections = 3;

type Deps = ReturnType<typeof openDeps>;

const openDeps = () => {
  const isLocal = process.env['NODE_ENV'] !== 'production';
  const { config } = loadStart(isLocal ? loadLocalConfig(process.env).env : process.env);
  const databaseUrl = config.DATABASE_URL.reveal();
  return {
    db: createPool({ databaseUrl, connections, timeoutMs: databaseTimeoutMs }),
    vault: createVault(config.payloadKeys),
    tokeniser: createTokeniser(config.cardKeys, config.partnerTokenKey),
    ...{ settings: config.settings, actor: commandLine, clock: () => new Date() },
  };
};

/** Reads a file that a person named. Throws `UsageError`. */
const readText = (option: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new UsageError(`${option} cannot be read`);
  }
};

const readMapping = (path: string): ImportMapping => {
  const text = readText('--mapping', path);
  let raw: unknown;
  try {
    raw = parse(text);
  } catch {
    throw new UsageError('--mapping is neither YAML nor JSON');
  }
  const read = parseWire(ImportMapping, raw);
  if (read.ok) return read.value;
  throw new UsageError(`--mapping: ${read.faults.map(({ message }) => message).join('; ')}`);
};

/** Names a file's import, also in a later run: a keyed hash of the file and its mapping. */
const fingerprintOf = async (
  { tokeniser }: Deps,
  path: string,
  mapping: ImportMapping | undefined,
): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify(mapping ?? null));
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const keyed = tokeniser.contentHash(tokeniser.currentKeyId, `import ${hash.digest('hex')}`);
  if (keyed === undefined) throw new Refusal('The key that writes hashes is missing.');
  return keyed.toString('hex');
};

const sayEveryMs = 2000;

const sayProgress = () => {
  const startedMs = performance.now();
  let saidMs = startedMs;
  return ({ lines, stored, refused }: ImportProgress): void => {
    const nowMs = performance.now();
    if (nowMs - saidMs < sayEveryMs) return;
    const rate = Math.round((stored / (nowMs - startedMs)) * 1000);
    process.stderr.write(`${lines} lines done, ${refused} refused; ${rate} orders a second\n`);
    saidMs = nowMs;
  };
};

const shownReasons = 20;

const report = (result: Import): void => {
  const { lines, stored, repeated, refused, labels, importId } = result;
  process.stdout.write(
    `Import ${importId}: ${lines} lines. ${stored} orders stored with ${labels} labels, ` +
      `${repeated} there already, ${refused} refused.\n`,
  );
  if (refused === 0) return;
  const rows = result.reasons
    .slice(0, shownReasons)
    .map((reason) => [String(reason.lines), reason.error, reason.message]);
  printTable([['LINES', 'ERROR', 'REASON'], ...rows]);
  process.stdout.write(`Their numbers: GET /v1/imports/${importId}/refusals\n`);
  process.exitCode = 1;
};

const run = async (deps: Deps, path: string, request: NewImport): Promise<void> => {
  const { mapping } = request;
  const fingerprint = await fingerprintOf(deps, path, mapping);
  const { importId, state, parts } = await createImport(
    { ...deps, now: deps.clock() },
    request,
    fingerprint,
  );
  if (state === 'open' && parts > 0) process.stderr.write('Goes on with what is missing.\n');
  const chunks = createReadStream(path);
  const lines = mapping ? readCsvRows(chunks, Object.keys(mapping.columns)) : readJsonLines(chunks);
  report(await importFile(deps, importId, lines, sayProgress()));
};

const parseCommand = (args: string[]): CommandOn<Deps> | 'help' => {
  const { values, positionals } = parseArgs({
    args,
    options: {
      mapping: { type: 'string' },
      note: { type: 'string', default: '' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  });
  if (values.help === true) return 'help';
  const [path, ...more] = positionals;
  if (path === undefined) throw new UsageError('FILE is missing');
  if (more.length > 0) throw new UsageError('more words than one FILE');
  if (!existsSync(path)) throw new UsageError('FILE is not there');
  const mapping = values.mapping === undefined ? undefined : readMapping(values.mapping);
  const format = mapping === undefined ? 'orders' : 'rows';
  const request = parseWire(NewImport, { format, mapping, note: values.note });
  if (!request.ok) throw new UsageError(request.faults.map(({ message }) => message).join('; '));
  return (deps) => run(deps, path, request.value);
};

/** Runs the command; what is wrong with the file is told as a refusal. */
const open = async (command: CommandOn<Deps>): Promise<void> => {
  const deps = openDeps();
  try {
    await command(deps);
  } catch (error) {
    if (error instanceof FileFault) throw new Refusal(`FILE cannot be imported: ${error.message}.`);
    if (error instanceof TemporarilyUnavailable) {
      process.stderr.write('Run this again when Postgres answers: it goes on where it was.\n');
    }
    throw error;
  } finally {
    await deps.db.end();
  }
};

await runCommandOn(usage, parseCommand, open);
