import {
  Import,
  ImportPage,
  ImportPart,
  ImportPartBody,
  ImportQuery,
  ImportRefusalPage,
  NewImport,
  partNumber,
} from '../../contracts/v1/imports.js';
import type { Role } from '../../contracts/v1/roles.js';
import {
  createImport,
  finishImport,
  listImports,
  listRefusals,
  readImport,
  readImportCursor,
  readRefusalCursor,
} from '../../services/imports/imports.js';
import { type StoredPart, storePart } from '../../services/imports/store-part.js';
import { fault } from '../faults.js';
import { found, get, idPart, pathPart, post, put, tagged } from '../operation.js';
import { placeOf } from '../parsed.js';

const readers: readonly Role[] = ['analyst', 'operator', 'reviewer'];
const writers: readonly Role[] = ['analyst'];

const params = { importId: idPart("The import's id.", 'no such import') };
const noSuch = params.importId.missing;

const partParams = {
  ...params,
  part: pathPart(partNumber, 'The number of the part, from 1 on.', 'no such part'),
};

const partOf = (stored: StoredPart) => {
  switch (stored.kind) {
    case 'stored':
    case 'repeated':
      return stored.part;
    case 'unknown':
      throw noSuch();
    case 'conflict':
      throw fault(409, 'part_conflict', '$ differs from the part that is stored by this number');
    case 'finished':
      throw fault(409, 'import_finished', 'the import has ended; begin another one');
    default:
      return stored satisfies never;
  }
};

const address = {
  name: 'Ann Whitfield',
  streetLineOne: '12 Maple St',
  city: 'Toronto',
  state: 'ON',
  zip: 'M5V 2T6',
  country: 'CA',
};

const line = {
  receivedAt: '2026-03-01T09:30:00Z',
  outcome: 'review',
  verdict: { outcome: 'accept', at: '2026-03-01T10:05:00Z' },
  labels: [{ kind: 'chargeback', at: '2026-04-14T08:00:00Z', reason: '10.4' }],
  card: { first6: '411111', last4: '1111', token: 'vault-7391' },
  transaction: {
    orderId: 'past-1001',
    groupId: '1',
    orderTotal: 129.95,
    shippingCost: 0,
    currencyCode: 'CAD',
    storeNumber: 1963,
    banner: 'bay',
    creditCard: {
      nameOnCard: 'Ann Whitfield',
      billingAddress: address,
      cardType: 'visa',
      authorizedAmount: 129.95,
      fullAmount: 129.95,
      expiryDate: '12-28',
      responseCode: 100,
      transactionNumber: '4471',
      avsResponse: 'Y',
    },
    items: [
      {
        svsNumber: 41234567,
        skuNumber: 9100307,
        currentStatus: 'shipped',
        department: 131,
        description: 'Leather belt',
        price: 129.95,
        extendedPrice: 129.95,
        quantity: 1,
        groupNumber: 1,
        shippingAddress: address,
        shippingMethod: 'standard',
        shippingCountry: 'CA',
      },
    ],
    source: 'web',
    customer: {
      customerType: 'registered',
      accountId: 'A-20931',
      creationDate: '2021-05-04',
      firstName: 'Ann',
      lastName: 'Whitfield',
      emailAddress: 'ann@example.com',
    },
  },
};

const tag = {
  name: 'Imports',
  description: 'Past orders that somebody brings along, as history for rules and backtests.',
};

export const importOperations = tagged(tag, [
  post('/v1/imports', {
    summary: 'Begin an import of past orders; its parts follow.',
    roles: writers,
    body: NewImport,
    examples: {
      orders: { format: 'orders', note: 'from the former system' },
      rows: {
        format: 'rows',
        mapping: {
          columns: {
            order_no: 'orderId',
            placed: { to: 'receivedAt', time: 'YYYY-MM-DD HH:mm', zone: 'America/Toronto' },
          },
          constants: { banner: 'bay', groupId: '1', currencyCode: 'CAD' },
        },
      },
    },
    answer: Import,
    returns: 'The import, which is open.',
    handle: (context, { body }) => createImport(context, body),
  }),
  get('/v1/imports', {
    summary: 'List the imports, latest first.',
    roles: readers,
    query: ImportQuery,
    answer: ImportPage,
    returns: 'A page of imports, latest first.',
    handle: (context, { query: { cursor, limit } }) =>
      listImports(context, { after: placeOf(cursor, readImportCursor), limit }),
  }),
  get('/v1/imports/{importId}', {
    summary: 'Read an import: its progress, and why lines were refused.',
    roles: readers,
    params,
    answer: Import,
    returns: 'The import.',
    handle: async (context, { params: { importId } }) =>
      found(await readImport(context, importId), noSuch),
  }),
  put('/v1/imports/{importId}/parts/{part}', {
    summary: 'Store a part of an import; the same part again changes nothing.',
    roles: writers,
    params: partParams,
    body: ImportPartBody,
    examples: { orders: { firstLine: 1, lines: [line] } },
    answer: ImportPart,
    returns: 'What became of its lines.',
    faults: {
      409: '`part_conflict`: the number has other lines; `import_finished`: it takes no more.',
    },
    handle: async (context, { params: { importId, part }, body: { firstLine, lines } }) => {
      const given = lines.map((content, index) => ({ line: firstLine + index, content }));
      return partOf(await storePart(context, { importId, part, lines: given }));
    },
  }),
  post('/v1/imports/{importId}/finish', {
    summary: 'End an import; ask again while `daysLeft` is not 0.',
    roles: writers,
    params,
    answer: Import,
    returns: 'The import. One call computes the usual totals of its days for some seconds.',
    handle: async (context, { params: { importId } }) =>
      found(await finishImport(context, importId), noSuch),
  }),
  get('/v1/imports/{importId}/refusals', {
    summary: 'List refused lines: the first ten of each part for each reason.',
    roles: readers,
    params,
    query: ImportQuery,
    answer: ImportRefusalPage,
    returns: 'A page of refused lines, in the order of lines.',
    handle: async (context, { params: { importId }, query: { cursor, limit } }) =>
      found(
        await listRefusals(context, { importId, limit, after: placeOf(cursor, readRefusalCursor) }),
        noSuch,
      ),
  }),
]);
