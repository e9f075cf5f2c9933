import { z } from 'zod';
import { storableText, trimmedText } from '../faults.js';
import { choice, filledText, text } from '../hbc/primitives.js';
import { banners } from '../hbc/transaction.js';
import { freeText, reasonText } from './free-text.js';
import { CaseQuery, zonedMoment } from './queries.js';

export const listKinds = ['allow', 'block', 'values'] as const;
export type ListKind = (typeof listKinds)[number];

/** What an entry names. All but the last three are personal and stored as keyed hashes only. */
export const entryKinds = [
  'card',
  'email',
  'account',
  'device',
  'ip',
  'address',
  'bin',
  'email_domain',
  'text',
] as const;
export type EntryKind = (typeof entryKinds)[number];

export const entryStates = ['live', 'expired', 'removed'] as const;
export type EntryState = (typeof entryStates)[number];

/** Entries in one `POST`, and lines in one import; the latter fit in a body of 1 MB. */
export const entriesMax = 1000;
export const importLinesMax = 10_000;

const listName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_-]{0,39}$/,
    'must be a small letter, then at most 39 small letters, digits, _ or -',
  );

export const List = z
  .object({
    name: z.string(),
    kind: z.enum(listKinds),
    /** The kind of its values; null for `allow` and `block`, which take every kind but text. */
    valueKind: z.enum(entryKinds).nullable(),
    description: z.string(),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'List' });
export type List = z.output<typeof List>;

/** Answer of `GET /v1/lists`, by name. */
export const Lists = z.object({ lists: z.array(List) }).meta({ id: 'Lists' });

/** Body of `POST /v1/lists`. */
export const NewList = z
  .strictObject({
    name: listName,
    valueKind: choice(entryKinds),
    description: freeText,
  })
  .meta({ id: 'NewList' });
export type NewList = z.output<typeof NewList>;

/** A place without a person. The name in a copied address is accepted and dropped. */
const EntryAddress = z
  .strictObject({
    name: text('personName').optional(),
    streetLineOne: filledText('addressLine'),
    streetLineTwo: text('addressLine').optional(),
    city: text('place').optional(),
    state: text('place').optional(),
    zip: text('zip').optional(),
    country: filledText('place'),
  })
  .meta({ id: 'ListEntryAddress' });
export type EntryAddress = z.output<typeof EntryAddress>;

/**
 * One entry to add. Its kind determines which of `value`, `address` and `transactionId` is needed.
 */
export const EntryToAdd = z
  .strictObject({
    /** Required on `allow` and `block`; other lists have one kind. */
    kind: choice(entryKinds).optional(),
    /** Never a card number. For kind `ip` an address or a CIDR range. */
    value: filledText('listValue').optional(),
    address: EntryAddress.optional(),
    /** An order that used the card: the only way to list a card. */
    transactionId: filledText('id').optional(),
    /** The banner that an account belongs to. */
    banner: choice(banners).optional(),
    /**
     * The reason, for people; card numbers, e-mail and IP addresses in it are masked. On `allow` it
     * has at least three letters.
     */
    reason: trimmedText('note')
      .refine((reason) => reason !== '', {
        error: 'is required',
        params: { code: 'missing_field' },
      })
      .meta({ minLength: 1 }),
    /** The entry stops counting at this instant; without one, when it is removed. */
    expiresAt: zonedMoment.optional(),
  })
  .meta({ id: 'ListEntryToAdd' });
export type EntryToAdd = z.output<typeof EntryToAdd>;

export const EntriesToAdd = z.array(EntryToAdd).min(1).max(entriesMax);

/** Body of `POST /v1/lists/{name}/entries` in the API document: one entry or many. */
export const EntryBody = z.union([EntryToAdd, EntriesToAdd]).meta({ id: 'ListEntryBody' });

export const ListEntry = z
  .object({
    entryId: z.uuid(),
    list: z.string(),
    kind: z.enum(entryKinds),
    /**
     * The value itself for a BIN, an e-mail domain or a text; else a part that identifies nobody.
     */
    hint: z.string(),
    state: z.enum(entryStates),
    reason: z.string(),
    expiresAt: z.iso.datetime().nullable(),
    author: z.string(),
    createdAt: z.iso.datetime(),
    removedBy: z.string().nullable(),
    removedAt: z.iso.datetime().nullable(),
    /** The key of its hash. An entry whose key has been retired no longer matches. */
    keyId: z.string().nullable(),
  })
  .meta({ id: 'ListEntry' });
export type ListEntry = z.output<typeof ListEntry>;

/** Answer of `GET /v1/lists/{name}/entries`, newest first. */
export const EntryPage = z
  .object({ entries: z.array(ListEntry), nextCursor: z.string().nullable() })
  .meta({ id: 'ListEntryPage' });
export type EntryPage = z.output<typeof EntryPage>;

const stateFilter = z.enum(entryStates).optional();

/** Query of `GET /v1/lists/{name}/entries`. */
export const EntryQuery = z.object({
  state: stateFilter,
  keyId: storableText('keyId').optional(),
  limit: CaseQuery.shape.limit,
  cursor: CaseQuery.shape.cursor,
});

/** Query of `DELETE /v1/lists/{name}/entries/{entryId}`; the body may carry the same. */
export const RemovalQuery = z.object({
  /** Why, for the audit trail. */
  reason: reasonText.optional(),
});

/** Body of `DELETE /v1/lists/{name}/entries/{entryId}`. */
export const EntryRemoval = z.strictObject({ reason: reasonText }).meta({ id: 'ListEntryRemoval' });

/** Query of `GET /v1/lists/{name}/entries.csv`. */
export const EntryExportQuery = z.object({ state: stateFilter });

const added = z.object({
  /** False when an active entry for this value exists: the answer holds that one. */
  added: z.boolean(),
  entry: ListEntry,
});
export type AddedEntry = z.output<typeof added>;

/** Answer of `POST /v1/lists/{name}/entries`, in the order given. */
export const AddedEntries = z.object({ results: z.array(added) }).meta({ id: 'AddedListEntries' });

/** Answer of `POST /v1/lists/{name}/import`. */
export const EntryImportResult = z
  .object({ added: z.int(), repeated: z.int() })
  .meta({ id: 'ListEntryImportResult' });
export type EntryImportResult = z.output<typeof EntryImportResult>;
