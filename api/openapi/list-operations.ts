import { z } from 'zod';
import {
  AddedEntries,
  EntryBody,
  EntryExportQuery,
  EntryImportResult,
  EntryPage,
  EntryQuery,
  List,
  ListEntry,
  Lists,
  NewList,
  RemovalQuery,
} from '../../contracts/v1/lists.js';
import type { Operation } from './operation.js';

const readers = ['analyst', 'reviewer', 'operator'] as const;

/** Lists that analysts own. */
export const listOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/lists',
    tag: 'Lists',
    summary: 'List the lists, by name.',
    roles: readers,
    answer: Lists,
    faults: {},
  },
  {
    method: 'post',
    path: '/v1/lists',
    tag: 'Lists',
    summary: 'Create a list of values; the same list again changes nothing.',
    roles: ['analyst'],
    body: NewList,
    answer: List,
    faults: {
      400: 'Bad input.',
      409: '`duplicate_name`: a list of this name has other values.',
    },
  },
  {
    method: 'get',
    path: '/v1/lists/{name}/entries',
    tag: 'Lists',
    summary: 'List the entries of a list, newest first.',
    roles: readers,
    query: EntryQuery,
    answer: EntryPage,
    faults: { 400: 'Bad query.', 404: 'No such list.' },
  },
  {
    method: 'post',
    path: '/v1/lists/{name}/entries',
    tag: 'Lists',
    summary: 'Add one or many entries, all or none; one that is live already is answered as it is.',
    roles: ['analyst'],
    body: EntryBody,
    answer: AddedEntries,
    faults: { 400: 'Bad input, with the path of each fault.', 404: 'No such list.' },
  },
  {
    method: 'delete',
    path: '/v1/lists/{name}/entries/{entryId}',
    tag: 'Lists',
    summary: 'Remove an entry: it is kept and no longer counts. A JSON body may say why instead.',
    roles: ['analyst'],
    query: RemovalQuery,
    answer: ListEntry,
    faults: { 400: '`missing_field`: no reason.', 404: 'No such entry.' },
  },
  {
    method: 'get',
    path: '/v1/lists/{name}/entries.csv',
    tag: 'Lists',
    summary: 'Export entries as CSV, newest first; of personal values a hint only.',
    roles: readers,
    query: EntryExportQuery,
    answer: 'text',
    faults: { 400: 'Bad query.', 404: 'No such list.' },
  },
  {
    method: 'post',
    path: '/v1/lists/{name}/import',
    tag: 'Lists',
    summary: 'Add the entries of a CSV file, all or none.',
    roles: ['analyst'],
    body: z.string(),
    bodyType: 'text/csv',
    answer: EntryImportResult,
    faults: { 400: 'Bad input, with the line of each fault.', 404: 'No such list.' },
  },
];
