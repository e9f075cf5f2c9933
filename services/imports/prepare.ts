import type { ApiError } from '../../contracts/errors.js';
import type { Decision } from '../../contracts/hbc/decision.js';
import type { ImportMapping } from '../../contracts/v1/import-mapping.js';
import type { ImportedOrder } from '../../db/insert-imported.js';
import { createRowMapper, type MapRow } from '../../domain/imports/map-row.js';
import type { Context } from '../context.js';
import { readPlaces } from '../transactions/fact-source.js';
import { crossReferenceOf } from '../transactions/ids.js';
import { ContentKeyMissing } from '../transactions/receive.js';
import { createTurns } from '../turns.js';
import { type PastOrder, readLine } from './read-line.js';
import type { WrongLine } from './refused-lines.js';

/** A line of an import with its number; `undefined` when it could not be read as an object. */
export interface GivenLine {
  readonly line: number;
  readonly content: Readonly<Record<string, unknown>> | undefined;
}

/** A line that can be stored. */
export interface PreparedLine {
  readonly line: number;
  readonly past: PastOrder;
  readonly order: ImportedOrder;
}

/** The lines of a part, read and sealed. */
export interface Prepared {
  readonly lines: number;
  readonly orders: readonly PreparedLine[];
  readonly wrong: readonly WrongLine[];
}

/** What callers read of a decision that was taken elsewhere. */
const remarksOf = ({ outcome, verdict }: PastOrder): string =>
  verdict === null
    ? `Imported: ${outcome}.`
    : `Imported: ${outcome}, then ${verdict.outcome} by a person.`;

const toStored = ({ vault }: Context<'vault'>, past: PastOrder): ImportedOrder => {
  const { received, receivedAt, status, outcome, verdict } = past;
  const { transaction, transactionId, workflowId, contentKeyId } = received;
  const contentHash = received.contentHash(contentKeyId);
  if (contentHash === undefined) throw new ContentKeyMissing('the writing key is missing');
  const crossReference = crossReferenceOf(transactionId);
  const remarks = remarksOf(past);
  const answer = {
    ...{ transactionId, recommendationCode: outcome, crossReference },
    ...{ rulesTripped: '', totalScore: 0, remarks },
  } satisfies Decision;
  return {
    ...{ transactionId, workflowId, contentKeyId, contentHash },
    banner: transaction.banner,
    orderId: transaction.orderId,
    groupId: transaction.groupId,
    body: vault.seal(JSON.stringify(transaction), transactionId),
    history: received.history(),
    ...{ receivedAt, status, outcome, crossReference, remarks, verdict },
    answer: JSON.stringify(answer),
  };
};

const unreadable: ApiError = { error: 'invalid_json', message: '$ must be a JSON object' };

/** The mapper of an import's rows; undefined for one of orders. */
export const mapperOf = (mapping: ImportMapping | null): MapRow | undefined =>
  mapping === null ? undefined : createRowMapper(mapping);

/**
 * Reads, sanitises and seals the lines of a part, and yields to other work in between. Nothing is
 * stored. Throws `ContentKeyMissing`.
 */
export const prepareLines = async (
  context: Context<'vault' | 'tokeniser' | 'now'>,
  lines: readonly GivenLine[],
  map: MapRow | undefined,
): Promise<Prepared> => {
  const turn = createTurns();
  const wrong: WrongLine[] = [];
  const orders: PreparedLine[] = [];
  for (const { line, content } of lines) {
    const mapped = content && map ? map(content) : content;
    const read =
      mapped === undefined
        ? ({ ok: false, faults: [unreadable] } as const)
        : await readLine(context.tokeniser, mapped, context.now);
    if (read.ok) {
      await readPlaces(read.order.received.transaction);
      await turn();
      orders.push({ line, past: read.order, order: toStored(context, read.order) });
    } else {
      wrong.push({ line, faults: read.faults });
    }
    await turn();
  }
  return { lines: lines.length, orders, wrong };
};
