import type { Context } from 'hono';
import type { ApiError } from '../contracts/errors.js';
import { parseWithLongerTexts } from '../contracts/hbc/longer-texts.js';
import { parseOrderKey, parseTransactionInParts } from '../contracts/hbc/transaction.js';
import { receiveInTurns, transactionIdOf } from '../services/transactions/receive.js';
import { createTurns, finishInTurns, yieldToEventLoop } from '../services/turns.js';
import type { Admission, Slot } from './admission.js';
import { type Answer, answerAgain, answerKnown, answerNew } from './answer-transaction.js';
import type { ApiContext } from './context.js';
import type { ApiEnv } from './deps.js';
import { badRequest } from './faults.js';
import { parseJson, readJsonText } from './read-json.js';

/**
 * True when an order without a slot must wait for one. A stored order needs no slot, and one with
 * unreadable ids is refused for its faults. Throws when the line is full as well.
 */
const mustWait = async (admission: Admission, raw: unknown): Promise<boolean> => {
  const key = parseOrderKey(raw);
  if (!key.ok || (await admission.isKnown(transactionIdOf(key.value)))) return false;
  if (!admission.hasRoom()) throw admission.refuse();
  return true;
};

const slotInTurn = async (admission: Admission): Promise<Slot> => {
  const slot = admission.enter() ?? (await admission.wait());
  if (slot === undefined) throw admission.refuse();
  return slot;
};

/**
 * Answers a repeat of an order that was stored when text limits were wider: a repeat gets the
 * stored answer whatever the limits are now. Throws 400 with the faults for any other order.
 */
const answerLonger = async (
  context: ApiContext,
  raw: unknown,
  faults: readonly ApiError[],
  answerBy: number,
): Promise<Answer> => {
  if (faults.some(({ error }) => error !== 'too_long')) throw badRequest(faults);
  const { isKnown } = context.admission;
  const key = parseOrderKey(raw);
  const mayBeStored = !key.ok || (await isKnown(transactionIdOf(key.value)));
  const order = mayBeStored ? await parseWithLongerTexts(raw, faults, createTurns()) : undefined;
  if (order === undefined) throw badRequest(faults);
  const received = await receiveInTurns(context.tokeniser, order);
  if (!key.ok && !(await isKnown(received.transactionId))) throw badRequest(faults);
  return answerKnown(context, received, answerBy);
};

/** Announces the order, so that duplicates wait for it. */
const announce = (slot: Slot, raw: unknown): void => {
  const key = parseOrderKey(raw);
  if (key.ok) slot.reading(transactionIdOf(key.value));
};

/** Parsing a larger body takes milliseconds, and so does each step after it. */
const largeBytes = 65_536;

/**
 * Answers a posted order, which may first have to wait for a slot. Throws `HttpFault`. The sequence
 * of steps keeps a flood cheap: while all slots are in use, an order costs one body to parse, three
 * ids and one primary-key lookup, and stores nothing.
 */
export const answerPosted = async (context: ApiContext, c: Context<ApiEnv>): Promise<Answer> => {
  const { admission } = context;
  const bytes = Number(c.req.header('content-length') ?? 0);
  if (!admission.hasRoom() && !admission.mayParse(bytes)) throw admission.refuse();
  const text = await readJsonText(c);
  const mark = context.answered.markOf(text);
  const earlier = context.answered.find(mark);
  const again = earlier && (await answerAgain(context, earlier));
  if (again !== undefined) return again;
  const raw = parseJson(text);
  if (bytes > largeBytes) await yieldToEventLoop();
  const turn = createTurns();
  let slot = admission.enter();
  try {
    if (slot !== undefined) announce(slot, raw);
    const waits = slot === undefined && (await mustWait(admission, raw));
    const parsed = await finishInTurns(parseTransactionInParts(raw));
    const answerBy = c.get('answerBy');
    // An order that cannot be new needs no slot.
    if (!parsed.ok) slot?.leave();
    if (!parsed.ok) return await answerLonger(context, raw, parsed.faults, answerBy);
    if (waits) {
      slot = await slotInTurn(admission);
      announce(slot, raw);
    }
    await turn();
    const received = await receiveInTurns(context.tokeniser, parsed.value);
    const answer =
      slot === undefined
        ? await answerKnown(context, received, answerBy)
        : await answerNew(context, received, { slot, answerBy });
    context.answered.add(mark, received);
    return answer;
  } finally {
    slot?.leave();
  }
};
