import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApiDocument } from '../../api/openapi/document.js';
import { operations } from '../../api/operations.js';
import { findOnPath } from '../../local/temporal-candidates.js';
import { keys } from '../support/stack.js';
import { makeTempDir } from '../support/temp-dir.js';
import { type Api, startApi } from './server.js';

const run = promisify(execFile);

/** A Python package, which `npm ci` cannot install: the test uses it where it is installed. */
const generator = findOnPath(process.env, 'openapi-python-client');

if (generator === undefined) {
  process.stdout.write('openapi-python-client is not in PATH: no Python client is generated\n');
}

/** Settings of the generator that are not in the document. */
const settings = 'content_type_overrides: { text/csv: application/octet-stream }\n';

/** A caller's program: every name in it comes from the document. */
const program = `
import importlib, json, pkgutil, sys
import verdict_client
from verdict_client import AuthenticatedClient
from verdict_client.api.lists import get_v1_lists_name_entries, post_v1_lists_name_entries
from verdict_client.models import ListEntryToAdd

for module in pkgutil.walk_packages(verdict_client.__path__, 'verdict_client.'):
    importlib.import_module(module.name)

client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2])
entry = {'kind': 'email_domain', 'value': 'python.example', 'reason': 'by a typed client'}
entries = [ListEntryToAdd.from_dict(entry)]
added = post_v1_lists_name_entries.sync('block', client=client, body=entries)
page = get_v1_lists_name_entries.sync('block', client=client, limit=1)
broken = ListEntryToAdd.from_dict({**entry, 'reason': ''})
refused = post_v1_lists_name_entries.sync('block', client=client, body=broken)
print(json.dumps({
    'isNew': added.results[0].added,
    'hints': [entry.hint for entry in page.entries],
    'faults': [fault.error.value for fault in refused],
}))
`;

const temporary = makeTempDir();
let api: Api;

beforeAll(async () => {
  api = await startApi();
});

afterAll(async () => {
  await api?.stop();
  temporary.remove();
});

it.runIf(generator !== undefined)(
  'every module of a generated Python client loads, and its calls receive what they declare',
  async () => {
    const { path: folder } = temporary;
    const [document, config, script] = ['openapi.json', 'client.yaml', 'caller.py'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    writeFileSync(document, JSON.stringify(openApiDocument(operations)));
    writeFileSync(config, settings);
    writeFileSync(script, program);
    const output = join(folder, 'verdict_client');
    await run(generator ?? '', [
      ...['generate', '--meta', 'none', '--path', document],
      ...['--config', config, '--output-path', output],
    ]);
    const python = join(dirname(generator ?? ''), 'python');
    const { stdout } = await run(python, [script, api.url, keys.analyst], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({ isNew: true, hints: ['python.example'] });
    expect((JSON.parse(stdout) as { faults: string[] }).faults).not.toEqual([]);
  },
);
