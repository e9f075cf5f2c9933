import { z } from 'zod';
import { storable } from '../../contracts/faults.js';
import {
  AddedEntries,
  EntryBody,
  EntryExportQuery,
  EntryImportResult,
  EntryPage,
  EntryQuery,
  EntryRemoval,
  List,
  ListEntry,
  Lists,
  NewList,
  RemovalQuery,
} from '../../contracts/v1/lists.js';
import type { Role } from '../../contracts/v1/roles.js';
import { exportEntries, type ImportedEntries, importEntries } from '../../services/lists/csv.js';
import {
  type AddedEntries as Added,
  addEntries,
  type CreatedList,
  createList,
  listEntries,
  listLists,
  readEntryCursor,
  removeEntry,
} from '../../services/lists/lists.js';
import type { Proposed } from '../../services/proposals/propose.js';
import { badRequest, fault } from '../faults.js';
import { found, get, idPart, pathPart, post, proposed, remove, tagged } from '../operation.js';
import { parsed, placeOf } from '../parsed.js';
import { readOptionalJson } from '../read-json.js';
import { csvBody, sendCsv } from '../csv.js';

const readers: readonly Role[] = ['analyst', 'reviewer', 'operator'];
const writers: readonly Role[] = ['analyst'];

const noSuchList = () => fault(404, 'not_found', 'no such list');

/** A text that Postgres cannot store cannot be a list's name. */
const list = {
  name: pathPart(z.string().check(storable), "The list's name, such as `block`.", 'no such list'),
};

const createdOf = (created: CreatedList): List => {
  switch (created.kind) {
    case 'created':
    case 'repeated':
      return created.list;
    case 'name_taken':
      throw fault(409, 'duplicate_name', '$.name is that of a list of other values');
    default:
      return created satisfies never;
  }
};

const resultsOf = (outcome: Exclude<Added, Proposed>, isMany: boolean) => {
  switch (outcome.kind) {
    case 'added':
      return outcome.results;
    case 'unknown_list':
      throw noSuchList();
    case 'refused':
      throw badRequest(
        outcome.faults.map(({ index, field, code, message }) => ({
          error: code,
          message: `$${isMany ? `[${index}]` : ''}.${field} ${message}`,
        })),
      );
    default:
      return outcome satisfies never;
  }
};

const importedOf = (outcome: Exclude<ImportedEntries, Proposed>) => {
  switch (outcome.kind) {
    case 'imported':
      return outcome.result;
    case 'unknown_list':
      throw noSuchList();
    case 'refused':
      throw badRequest(outcome.faults);
    default:
      return outcome satisfies never;
  }
};

const entry = { kind: 'email_domain', value: 'mail.example', reason: 'three chargebacks in May' };

const entryFile = 'kind,value,reason\nemail_domain,mail.example,three chargebacks in May\n';

const exportFile =
  'kind,value,reason,expires_at,state,author,created_at,removed_by,removed_at,key_id,entry_id\r\n' +
  'email_domain,mail.example,three chargebacks in May,,live,analyst:ann,' +
  '2026-11-28T10:15:00.000Z,,,,3f0c9a52-e1b7-4d3a-8c6e-2d4f7a9b1c3e\r\n';

const tag = {
  name: 'Lists',
  description:
    'Lists that analysts own: whom to accept, whom to block, and named values for rules.',
};

export const listOperations = tagged(tag, [
  get('/v1/lists', {
    summary: 'List the lists, by name.',
    roles: readers,
    answer: Lists,
    returns: 'All lists, by name.',
    handle: async (context) => ({ lists: await listLists(context) }),
  }),
  post('/v1/lists', {
    summary: 'Create a list of values; a repeat changes nothing.',
    roles: writers,
    body: NewList,
    examples: {
      domains: { name: 'partner-domains', valueKind: 'email_domain', description: 'of partners' },
    },
    answer: List,
    returns: 'The list, new or existing.',
    faults: { 409: '`duplicate_name`: a list of this name has other values.' },
    handle: async (context, { body }) => createdOf(await createList(context, body)),
  }),
  get('/v1/lists/{name}/entries', {
    summary: 'List the entries of a list, newest first.',
    roles: readers,
    params: list,
    query: EntryQuery,
    answer: EntryPage,
    returns: 'A page of entries, newest first.',
    handle: async (context, { params, query: { cursor, ...query } }) => {
      const beforePosition = placeOf(cursor, readEntryCursor);
      return found(
        await listEntries(context, { ...query, list: params.name, beforePosition }),
        noSuchList,
      );
    },
  }),
  post('/v1/lists/{name}/entries', {
    summary: 'Add one or many entries, all or none; an existing live entry is returned unchanged.',
    roles: writers,
    params: list,
    body: EntryBody,
    examples: { one: entry, many: [entry, { kind: 'bin', value: '400000', reason: 'stolen' }] },
    proposes: true,
    answer: AddedEntries,
    returns: 'The entries, in the order of the request, and whether each is new.',
    faults: { 400: 'Bad input, with the path of each fault.' },
    handle: async (context, { params, body }) => {
      const entries = Array.isArray(body) ? body : [body];
      const outcome = await addEntries(context, params.name, entries);
      if (outcome.kind === 'proposed') return proposed(outcome);
      return { results: resultsOf(outcome, Array.isArray(body)) };
    },
  }),
  remove('/v1/lists/{name}/entries/{entryId}', {
    summary: 'Remove an entry: it stays stored and no longer counts.',
    description: 'A JSON body `{"reason": …}` may give the reason instead of the query.',
    roles: writers,
    params: { ...list, entryId: idPart("The entry's id.", 'no such entry') },
    query: RemovalQuery,
    answer: ListEntry,
    returns: 'The entry as stored.',
    faults: { 400: '`missing_field`: no reason.' },
    handle: async (context, { params, query, c }) => {
      // Some clients send no body with DELETE, so the query may give the reason as well.
      const reason = query.reason ?? parsed(EntryRemoval, await readOptionalJson(c)).reason;
      const given = { list: params.name, entryId: params.entryId, reason };
      return found(await removeEntry(context, given), () =>
        fault(404, 'not_found', 'no such entry'),
      );
    },
  }),
  get('/v1/lists/{name}/entries.csv', {
    summary: 'Export entries as CSV, newest first; of personal values only a hint.',
    roles: readers,
    params: list,
    query: EntryExportQuery,
    answer: {
      mediaType: 'text/csv',
      description: 'A header line, then a line for each entry.',
      example: exportFile,
    },
    returns: 'The file.',
    handle: async (context, { params: { name }, query: { state }, c }) => {
      const pieces = exportEntries(context, { list: name, state });
      const first = await pieces.next();
      if (first.done === true) throw noSuchList();
      const all = async function* () {
        yield first.value;
        yield* pieces;
      };
      return sendCsv(c, `${name}.csv`, all());
    },
  }),
  post('/v1/lists/{name}/import', {
    summary: 'Add the entries of a CSV file, all or none.',
    roles: writers,
    params: list,
    body: csvBody('A header line, then a line for each entry; `docs/lists.md` names the columns.'),
    bodyType: 'text/csv',
    examples: { file: entryFile },
    proposes: true,
    answer: EntryImportResult,
    returns: 'How many lines were new, and how many were known already.',
    faults: { 400: 'Bad input, with the line of each fault.' },
    handle: async (context, { params, body }) => {
      const outcome = await importEntries(context, params.name, body);
      if (outcome.kind === 'proposed') return proposed(outcome);
      return importedOf(outcome);
    },
  }),
]);
