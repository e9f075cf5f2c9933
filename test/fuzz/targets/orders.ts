import * as fc from 'fast-check';
import { parseWithLongerTexts } from '../../../contracts/hbc/longer-texts.js';
import { parseTransactionInParts, type Transaction } from '../../../contracts/hbc/transaction.js';
import { SettlementRequest } from '../../../contracts/oms/request.js';
import { goodsOf } from '../../../domain/case/goods.js';
import { issuerInWords } from '../../../domain/case/issuer.js';
import { compareParts } from '../../../domain/case/comparison.js';
import { noHistory } from '../../../domain/history.js';
import { noLookups } from '../../../domain/lookups.js';
import { printRulesTripped } from '../../../domain/rules-tripped.js';
import { scoreTransaction } from '../../../domain/rules/score-transaction.js';
import { createTokeniser } from '../../../runtime/card-tokeniser.js';
import { parseKeyring } from '../../../runtime/keyring.js';
import { Secret } from '../../../runtime/secret.js';
import { receiveTransaction } from '../../../services/transactions/receive.js';
import { finishInTurns } from '../../../services/turns.js';
import { parseJson } from '../../../api/read-json.js';
import { faultOf } from '../../../api/faults.js';
import { postedOrder } from '../../seed-schemas/arbitraries.js';
import { requestsFor, sanitised } from '../../seed-schemas/requests.js';
import { problemsOf } from '../../seed-schemas/schemas.js';
import { defaultRuleSet, exampleSettings } from '../../support/rules.js';
import { exampleReceivedAtMs } from '../../support/transactions.js';
import { claim, claimFaults, held } from '../claims.js';
import { withEdits } from '../odd-json.js';
import { inProcess } from '../target.js';
import { jsonText } from '../wire-text.js';

const settings = exampleSettings();
const ruleSet = defaultRuleSet();

const key = Buffer.alloc(32, 7).toString('base64');
const tokeniser = createTokeniser(parseKeyring(new Secret(`k1:${key}`)), Buffer.alloc(32, 8));

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** Every order that is accepted gets a whole score, and rules that all can be evaluated. */
const claimScored = (order: Transaction): void => {
  const { totalScore, hits, erroredRules } = scoreTransaction(ruleSet, sanitised(order), {
    settings,
    receivedAtMs: exampleReceivedAtMs,
    lookups: noLookups,
    history: noHistory,
    listings: [],
    evidence: [],
  });
  claim(erroredRules.length === 0, `a rule is errored: ${JSON.stringify(erroredRules)}`);
  claim(Number.isSafeInteger(totalScore), `the score is ${totalScore}`);
  claim(printRulesTripped(hits).isWellFormed(), 'the tripped rules are not well formed');
};

const claimMapped = (order: Transaction): void => {
  for (const [name, body] of requestsFor(order)) {
    const problems = problemsOf(name, body);
    claim(problems.length === 0, `${name}: ${problems.join('; ')}`);
  }
  const { card: _card, ...transaction } = sanitised(order);
  const record = {
    transactionId: 'tx_1',
    transaction: { ...transaction, creditCard: { ...transaction.creditCard, authCode: '' } },
    decision: { transactionId: 'tx_1', recommendationCode: 'accept', totalScore: 0 },
  };
  const text = JSON.stringify(record);
  const read = SettlementRequest.safeParse(JSON.parse(text));
  claim(read.success, `OMS refuses the record: ${JSON.stringify(read.error?.issues)}`);
  const { cardNumber } = order.creditCard;
  claim(!JSON.stringify(transaction.creditCard).includes(cardNumber), 'the card number is stored');
};

const unknown = { card: undefined, address: undefined, account: undefined };

/** What the case page shows of an order. */
const claimShown = (order: Transaction): void => {
  const transaction = sanitised(order);
  const { unexplained, margin } = goodsOf(transaction, settings);
  claim(Number.isFinite(unexplained) && Number.isFinite(margin), 'the goods have no sum');
  issuerInWords(transaction, {
    dialect: settings.avs.dialect,
    approvedCodes: settings.auth.approvedCodes,
  });
  compareParts(transaction, {
    receivedAtMs: exampleReceivedAtMs,
    ipCountry: '',
    known: { ...unknown, email: undefined, device: undefined },
  });
};

const parse = (raw: unknown) => held(() => finishInTurns(parseTransactionInParts(raw)));

const claimRefused = async (
  raw: unknown,
  faults: readonly { error: string; message: string }[],
): Promise<string> => {
  claimFaults(400, JSON.stringify(faults));
  const isLonger = faults.every(({ error }) => error === 'too_long');
  if (!isLonger) return 'refused';
  const turn = () => Promise.resolve();
  await parseWithLongerTexts(raw, faults as Parameters<typeof parseWithLongerTexts>[1], turn);
  return 'too long';
};

const check = async (text: string): Promise<string> => {
  let raw: unknown;
  try {
    raw = parseJson(text);
  } catch (error) {
    claim(faultOf(error)?.status === 400, `is no JSON, and throws ${String(error)}`);
    return 'no JSON';
  }
  const parsed = await parse(raw);
  if (!parsed.ok) return claimRefused(raw, parsed.faults);
  const { value } = parsed;
  const withCvv = { ...value, creditCard: { ...value.creditCard, authCode: '' } };
  const again = await parse(JSON.parse(JSON.stringify(withCvv)));
  claim(again.ok && same(again.value, value), 'a parsed order is read otherwise again');
  const received = receiveTransaction(tokeniser, value);
  claim(received.contentHash(received.contentKeyId) !== undefined, 'has no content hash');
  received.history();
  claimScored(value);
  claimMapped(value);
  claimShown(value);
  return 'accepted';
};

/** Orders, as posted or changed, through all that reads an accepted order without a database. */
export const orders = inProcess<string>('orders', 1.2, () => ({
  cases: fc.oneof(jsonText(postedOrder), jsonText(withEdits(postedOrder))),
  check,
}));
