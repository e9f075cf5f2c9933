import { z } from 'zod';
import { entryKinds } from '../../contracts/v1/lists.js';
import type { PreparedEntry } from './prepare-entry.js';

const hex = z.string().transform((text) => Buffer.from(text, 'hex'));

const Entry = z.object({
  kind: z.enum(entryKinds),
  written: z.object({ keyId: z.string().nullable(), token: hex }),
  tokens: z.array(hex),
  hint: z.string(),
  reason: z.string(),
  expiresAt: z
    .string()
    .nullable()
    .transform((text) => (text === null ? null : new Date(text))),
});

const Prepared = z.object({ list: z.string(), entries: z.array(Entry) });

/** Prepared entries as a proposal keeps them: personal values are keyed hashes, as on the list. */
export const printPrepared = (list: string, entries: readonly PreparedEntry[]) => ({
  list,
  entries: entries.map(({ written, tokens, expiresAt, ...plain }) => ({
    ...plain,
    written: { keyId: written.keyId, token: written.token.toString('hex') },
    tokens: tokens.map((token) => token.toString('hex')),
    expiresAt: expiresAt?.toISOString() ?? null,
  })),
});

/** Reads them back. Throws for what `printPrepared` has not written. */
export const readPrepared = (
  change: unknown,
): { readonly list: string; readonly entries: readonly PreparedEntry[] } => Prepared.parse(change);
