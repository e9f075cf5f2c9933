import { type Context, Hono } from 'hono';
import { isStorable } from '../../contracts/faults.js';
import { isUuid } from '../../contracts/uuid.js';
import {
  EntriesToAdd,
  EntryExportQuery,
  EntryQuery,
  EntryRemoval,
  EntryToAdd,
  type List,
  NewList,
  RemovalQuery,
} from '../../contracts/v1/lists.js';
import type { Role } from '../../contracts/v1/roles.js';
import { acting } from '../../services/context.js';
import {
  type AddedEntries,
  addEntries,
  listEntries,
  readEntryCursor,
  removeEntry,
} from '../../services/lists/entries.js';
import { type CreatedList, createList, listLists } from '../../services/lists/lists.js';
import { exportEntries, type ImportedEntries, importEntries } from '../../services/lists/csv.js';
import type { Proposed } from '../../services/proposals/propose.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault } from '../faults.js';
import { parsed, placeOf } from '../parsed.js';
import { readCsv } from '../read-csv.js';
import { readJson, readOptionalJson } from '../read-json.js';
import { sendCsv } from '../send-csv.js';

const noSuchList = () => fault(404, 'not_found', 'no such list');

/** What cannot be stored cannot be a list's name either. */
const listNameOf = (name: string): string => {
  if (!isStorable(name)) throw noSuchList();
  return name;
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

const resultsOf = (outcome: Exclude<AddedEntries, Proposed>, isMany: boolean) => {
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

const readers: readonly Role[] = ['analyst', 'reviewer', 'operator'];
const writers: readonly Role[] = ['analyst'];

/** The reason of a removal, from the query or a body: some clients send none with DELETE. */
const removalOf = async (c: Context): Promise<{ readonly reason: string }> => {
  const { reason } = parsed(RemovalQuery, c.req.query());
  if (reason !== undefined) return { reason };
  return parsed(EntryRemoval, await readOptionalJson(c));
};

const writingRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .post('/v1/lists', authorise(authenticate, writers), async (c) => {
      const given = parsed(NewList, await readJson(c));
      return c.json(createdOf(await createList(acting(deps, c.get('holder')), given)));
    })
    .post('/v1/lists/:name/entries', authorise(authenticate, writers), async (c) => {
      const list = listNameOf(c.req.param('name'));
      const body = await readJson(c);
      const isMany = Array.isArray(body);
      const entries = isMany ? parsed(EntriesToAdd, body) : [parsed(EntryToAdd, body)];
      const outcome = await addEntries(acting(deps, c.get('holder')), list, entries);
      if (outcome.kind === 'proposed') return c.json(outcome.proposal, 202);
      return c.json({ results: resultsOf(outcome, isMany) });
    })
    .post('/v1/lists/:name/import', authorise(authenticate, writers), async (c) => {
      const list = listNameOf(c.req.param('name'));
      const csv = await readCsv(c);
      const outcome = await importEntries(acting(deps, c.get('holder')), list, csv);
      if (outcome.kind === 'proposed') return c.json(outcome.proposal, 202);
      return c.json(importedOf(outcome));
    })
    .delete('/v1/lists/:name/entries/:entryId', authorise(authenticate, writers), async (c) => {
      const list = listNameOf(c.req.param('name'));
      const entryId = c.req.param('entryId');
      const { reason } = await removalOf(c);
      const removed = isUuid(entryId)
        ? await removeEntry(acting(deps, c.get('holder')), { list, entryId, reason })
        : undefined;
      if (removed === undefined) throw fault(404, 'not_found', 'no such entry');
      return c.json(removed);
    });

const readingRoutes = ({ db }: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .get('/v1/lists', authorise(authenticate, readers), async (c) =>
      c.json({ lists: await listLists({ db }) }),
    )
    .get('/v1/lists/:name/entries', authorise(authenticate, readers), async (c) => {
      const { cursor, ...query } = parsed(EntryQuery, c.req.query());
      const list = listNameOf(c.req.param('name'));
      const beforePosition = placeOf(cursor, readEntryCursor);
      const page = await listEntries({ db }, { ...query, list, beforePosition });
      if (page === undefined) throw noSuchList();
      return c.json(page);
    })
    .get('/v1/lists/:name/entries.csv', authorise(authenticate, readers), async (c) => {
      const { state } = parsed(EntryExportQuery, c.req.query());
      const list = listNameOf(c.req.param('name'));
      const pieces = exportEntries({ db }, { list, state });
      const first = await pieces.next();
      if (first.done === true) throw noSuchList();
      const all = async function* () {
        yield first.value;
        yield* pieces;
      };
      return sendCsv(c, `${list}.csv`, all());
    });

/** Lists that analysts own: whom to accept, whom to block, and named values for rules. */
export const listRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .route('/', writingRoutes(deps, authenticate))
    .route('/', readingRoutes(deps, authenticate));
