import { banners } from '../../contracts/hbc/transaction.js';
import type { CaseSummary } from '../../contracts/v1/cases.js';
import {
  findCasesByDigits,
  findCasesByNumber,
  findCasesByToken,
  foundMax,
} from '../../db/case-search.js';
import { type CaseRow, listCasesByIds } from '../../db/cases.js';
import type { Queryable } from '../../db/pool.js';
import { emailInVersion1, normaliseEmail } from '../../domain/email-address.js';
import type { Context, Tokeniser } from '../context.js';
import { historyTokenOf } from '../transactions/history.js';
import { auditPage, type QueueRow, toQueueRows } from './queue.js';
import { loadLiveDecisions, summariseCase } from './summary.js';

/** What a text may be of a card: its last four digits, with the first six or without. */
const cardDigitsIn = (text: string): { bin6: string | undefined; last4: string } | undefined => {
  if (/^\d{4}$/.test(text)) return { bin6: undefined, last4: text };
  const [, bin6, last4 = ''] =
    /^(\d{6})[\s*.·•xX-]*(\d{4})$/.exec(text) ?? /^(\d{6})\d{3,9}(\d{4})$/.exec(text) ?? [];
  return bin6 === undefined ? undefined : { bin6, last4 };
};

/** Tokens of a value under every live key, as the order history stores them. */
const tokensOf = (
  tokeniser: Tokeniser,
  kind: 'email' | 'account',
  values: readonly string[],
): Buffer[] =>
  values.flatMap((value) =>
    Object.values(tokeniser.subjectTokens(kind, value)).map(historyTokenOf),
  );

const byEmail = (db: Queryable, tokeniser: Tokeniser, text: string): Promise<string[]> => {
  const spellings = [normaliseEmail(text), emailInVersion1(text)];
  const values = [...new Set(spellings.filter((value) => value !== undefined))];
  return findCasesByToken(db, 'email', tokensOf(tokeniser, 'email', values));
};

/** An account id belongs to a banner. */
const byAccount = (db: Queryable, tokeniser: Tokeniser, text: string): Promise<string[]> => {
  const values = banners.map((banner) => `${banner}\u0000${text}`);
  return findCasesByToken(db, 'account', tokensOf(tokeniser, 'account', values));
};

const isCaseId = (text: string): boolean =>
  /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i.test(text);

/** The cases that a text may mean: each reading of it is searched. */
const findRows = async (
  { db, tokeniser }: Context<'tokeniser'>,
  given: string,
): Promise<CaseRow[]> => {
  const text = given.trim();
  if (text === '') return [];
  const digits = cardDigitsIn(text);
  const found = text.includes('@')
    ? [await byEmail(db, tokeniser, text)]
    : [
        isCaseId(text) ? [text.toLowerCase()] : [],
        await findCasesByNumber(db, text),
        await byAccount(db, tokeniser, text),
        digits === undefined ? [] : await findCasesByDigits(db, digits),
      ];
  return listCasesByIds(db, [...new Set(found.flat())].slice(0, foundMax));
};

/**
 * Finds cases, open or closed, by what a reviewer has: order number, transaction or case id,
 * e-mail, account, or a card's last four digits with or without the first six. At most fifty, each
 * reading's latest first. Audited with the cases, without the text.
 */
export const findCases = async (
  context: Context<'vault' | 'tokeniser' | 'actor' | 'now'>,
  text: string,
): Promise<QueueRow[]> => {
  const rows = await toQueueRows(context, await findRows(context, text));
  await auditPage(context, 'queue.searched', rows);
  return rows;
};

/** As `findCases`, without anything of the orders that is personal. */
export const searchCases = async (
  context: Context<'tokeniser' | 'actor' | 'now'>,
  text: string,
): Promise<CaseSummary[]> => {
  const { db, now } = context;
  const rows = await findRows(context, text);
  const live = await loadLiveDecisions(db, rows);
  const found = rows.map((row) => summariseCase(row, live, now));
  await auditPage(context, 'queue.searched', found);
  return found;
};
