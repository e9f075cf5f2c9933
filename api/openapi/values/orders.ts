import { exampleOrder } from '../example-order.js';

const { creditCard } = exampleOrder;

const orderId = 'tx_5f0c9a52e1b74d3a8c6e2d4f7a9b1c3e';
const otherId = 'tx_7c1d2e3f4a5b46c7880d9e0f1a2b3c4d';

/** Orders, decisions and cases. */
export const orderValues: Readonly<Record<string, unknown>> = {
  // A stored order has its card number masked.
  Transaction: {
    ...exampleOrder,
    creditCard: { ...creditCard, cardNumber: '411111******1111', authCode: '' },
  },
  transactionId: orderId,
  transactionIds: [otherId],
  candidates: [otherId],
  orderId: exampleOrder.orderId,
  groupId: exampleOrder.groupId,
  banner: exampleOrder.banner,
  currency: exampleOrder.currencyCode,
  amount: exampleOrder.orderTotal,
  outcome: 'review',
  recommendationCode: 'review',
  totalScore: 40,
  rulesTripped: 'R33:Many mailboxes on one card:40;',
  'Decision.remarks': 'Review by local score 40.',
  status: 'in_review',
  transactionStatus: 'in_review',
  round: 1,
  omsStatus: null,
  omsReason: null,
  reminders: 0,
  from: '2026-11-01T00:00:00Z',
  to: '2026-12-01T00:00:00Z',
  dueAt: '2026-11-28T12:15:00.000Z',
  closedAt: null,
  overdue: false,
  'CaseSummary.verdict': null,
  'CaseDetail.verdict': null,
  source: 'local',
  label: 'score 40',
  'CaseVerdict.source': 'api',
  reviewer: 'reviewer:ann',
  'CaseVerdict.remarks': 'The shopper confirmed the order by phone.',
  'CaseDetail.message': 'byCard.emails14d is missing',
  'DecisionExplanation.message': 'byCard.emails14d is missing',
  partnerAnswers: [
    {
      kind: 'answered',
      partner: 'yleo',
      outcome: 'review',
      label: 'Escalate',
      priority: 'high',
      evidence: {},
      latencyMs: 412,
    },
  ],
  'CaseDetail.partner': 'sardine',
  'CaseEvidence.source': 'aifi',
  reference: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
  weak: false,
  'CaseEvidence.details': { storeNumber: 7 },
};
