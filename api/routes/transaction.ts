import { type Context, Hono } from 'hono';
import type { ApiError } from '../../contracts/errors.js';
import { isStorable } from '../../contracts/faults.js';
import { parseWithLongerTexts } from '../../contracts/hbc/longer-texts.js';
import { parseOrderKey, parseTransactionInParts } from '../../contracts/hbc/transaction.js';
import { acting } from '../../services/context.js';
import { readRecord } from '../../services/transactions/records.js';
import { receiveInTurns, transactionIdOf } from '../../services/transactions/receive.js';
import { createTurns, finishInTurns, turnOfOthers } from '../../services/turns.js';
import type { Admission, Place } from '../admission.js';
import { type Answer, answerKnown, answerNew } from '../answer-transaction.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault } from '../faults.js';
import { readJson } from '../read-json.js';

/**
 * True when an order for which there is no place is to wait for one. One that is stored needs none,
 * and one whose ids cannot be read is refused for its faults. Throws the refusal of every other.
 */
const mustWait = async (admission: Admission, raw: unknown): Promise<boolean> => {
  const key = parseOrderKey(raw);
  if (!key.ok || (await admission.isKnown(transactionIdOf(key.value)))) return false;
  if (!admission.hasRoom()) throw admission.refuse();
  return true;
};

const placeInTurn = async (admission: Admission): Promise<Place> => {
  const place = admission.enter() ?? (await admission.wait());
  if (place === undefined) throw admission.refuse();
  return place;
};

/**
 * Answers the repeat of an order that was stored while texts had wider limits: a repeat is answered
 * as the order was, whatever became of the limits. Throws 400 with the faults for any other.
 */
const answerLonger = async (
  deps: ApiDeps,
  { isKnown }: Admission,
  raw: unknown,
  faults: readonly ApiError[],
  answerBy: number,
): Promise<Answer> => {
  if (faults.some(({ error }) => error !== 'too_long')) throw badRequest(faults);
  const key = parseOrderKey(raw);
  const mayBeStored = !key.ok || (await isKnown(transactionIdOf(key.value)));
  const order = mayBeStored ? await parseWithLongerTexts(raw, faults, createTurns()) : undefined;
  if (order === undefined) throw badRequest(faults);
  const received = await receiveInTurns(deps.tokeniser, order);
  if (!key.ok && !(await isKnown(received.transactionId))) throw badRequest(faults);
  return answerKnown(deps, received, answerBy);
};

/** Tells equal orders that come meanwhile that this one is on its way. */
const announce = (place: Place, raw: unknown): void => {
  const key = parseOrderKey(raw);
  if (key.ok) place.reading(transactionIdOf(key.value));
};

/** Parsing more than this takes milliseconds, and so does what comes next. */
const largeBytes = 65_536;

/**
 * The order of the steps is what keeps a flood cheap: while all places are taken, an order costs
 * its body, three ids and one look by primary key, and leaves nothing.
 */
const answer = async (deps: ApiDeps, admission: Admission, c: Context<ApiEnv>): Promise<Answer> => {
  const bytes = Number(c.req.header('content-length') ?? 0);
  if (!admission.hasRoom() && !admission.mayParse(bytes)) throw admission.refuse();
  const raw = await readJson(c);
  if (bytes > largeBytes) await turnOfOthers();
  const turn = createTurns();
  let place = admission.enter();
  try {
    if (place !== undefined) announce(place, raw);
    const waits = place === undefined && (await mustWait(admission, raw));
    const parsed = await finishInTurns(parseTransactionInParts(raw));
    const answerBy = c.get('answerBy');
    // What cannot be a new order needs no place.
    if (!parsed.ok) place?.leave();
    if (!parsed.ok) return await answerLonger(deps, admission, raw, parsed.faults, answerBy);
    if (waits) {
      place = await placeInTurn(admission);
      announce(place, raw);
    }
    await turn();
    const received = await receiveInTurns(deps.tokeniser, parsed.value);
    return place === undefined
      ? await answerKnown(deps, received, answerBy)
      : await answerNew(deps, received, { place, answerBy });
  } finally {
    place?.leave();
  }
};

/** `POST /transaction` and `GET /transaction/{transactionId}`. */
export const transactionRoutes = (
  deps: ApiDeps,
  authenticate: Authenticate,
  admission: Admission,
) =>
  new Hono<ApiEnv>()
    .post('/transaction', authorise(authenticate, ['oms']), async (c) => {
      const { text, inReview, replayed } = await answer(deps, admission, c);
      c.header('X-Transaction-Status', inReview ? 'in_review' : 'decided');
      if (replayed) c.header('Idempotent-Replayed', 'true');
      return c.body(text, 200, { 'Content-Type': 'application/json' });
    })
    .get(
      '/transaction/:transactionId',
      authorise(authenticate, ['oms', 'reviewer', 'analyst']),
      async (c) => {
        const id = c.req.param('transactionId');
        const record = isStorable(id)
          ? await readRecord(acting(deps, c.get('holder')), id)
          : undefined;
        if (record === undefined) throw fault(404, 'unknown_transaction', 'no such transaction');
        return c.json(record);
      },
    );
