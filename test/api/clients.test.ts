import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApiDocument } from '../../api/openapi/document.js';
import { operations } from '../../api/operations.js';
import { keys } from '../support/stack.js';
import { makeTempDir } from '../support/temp-dir.js';
import { type Api, startApi } from './server.js';

const temporary = makeTempDir();
let api: Api;

beforeAll(async () => {
  api = await startApi();
});

afterAll(async () => {
  await api?.stop();
  temporary.remove();
});

/** A caller's program: every name and type in it comes from the document. */
const program = `
import createClient from 'openapi-fetch';
import type { paths } from './api.js';

export const roundTrip = async (baseUrl: string, key: string) => {
  const client = createClient<paths>({ baseUrl, headers: { authorization: 'Bearer ' + key } });
  const path = { name: 'block' };
  const entry = { kind: 'email_domain', value: 'mail.example', reason: 'by a typed client' };
  const added = await client.POST('/v1/lists/{name}/entries', { params: { path }, body: [entry] });
  if (added.data === undefined || !('results' in added.data)) throw new Error('not added');
  const isNew: boolean | undefined = added.data.results[0]?.added;
  const query = { state: 'live', limit: 10 } as const;
  const { data } = await client.GET('/v1/lists/{name}/entries', { params: { path, query } });
  const hints: string[] = (data?.entries ?? []).map(({ hint }) => hint);
  // @ts-expect-error An entry needs a reason.
  const refused = await client.POST('/v1/lists/{name}/entries', { params: { path }, body: [{}] });
  const fault: 'missing_field' | string | undefined = refused.error?.[0]?.error;
  // @ts-expect-error No entry is in such a state.
  const wrong: { state: 'gone' } | undefined = data?.entries[0];
  return { isNew, hints, fault, wrong: wrong?.state };
};
`;

/** Compiles a file of a folder strictly, to JavaScript beside it. Returns the compiler's errors. */
const compile = (file: string): string[] => {
  const built = ts.createProgram([file], {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
  });
  const found = [...ts.getPreEmitDiagnostics(built), ...built.emit().diagnostics];
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
};

it('a generated client compiles strictly and receives what its types declare', async () => {
  const { path: folder } = temporary;
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const types = await openapiTS(openApiDocument(operations) as unknown as OpenAPI3);
  writeFileSync(join(folder, 'api.ts'), astToString(types));
  writeFileSync(join(folder, 'client.ts'), program);
  expect(compile(join(folder, 'client.ts'))).toEqual([]);
  const { roundTrip } = (await import(pathToFileURL(join(folder, 'client.js')).href)) as {
    roundTrip: (url: string, key: string) => Promise<unknown>;
  };
  expect(await roundTrip(api.url, keys.analyst)).toEqual({
    isNew: true,
    hints: ['mail.example'],
    fault: 'missing_field',
    wrong: 'live',
  });
});
