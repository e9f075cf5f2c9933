/** Drift. */
export const driftWords: Readonly<Record<string, string>> = {
  weekFrom: 'The first day of the week, UTC.',
  weekTo: 'The last day of the week: yesterday.',
  beforeFrom: 'The first day of the four weeks before.',
  beforeTo: 'The last day of the four weeks before.',
  weekOrders: 'Orders of the week that were counted.',
  'Drift.beforeOrders': 'Orders of the four weeks before that were counted.',
  signs: 'What today shows that no day of the four weeks before this one did.',
  shifts: 'Every series, most moved first.',
  'DriftSign.sign':
    '`fact_silent`: it used to have values, and today no order has one. `rule_surging`: it hits ' +
    'three times its share of orders, and a tenth of all orders more. `partner_shifted`: it ' +
    'answers differently.',
  'DriftSign.name': 'The fact, the id of the rule, or the partner.',
  'DriftSign.now': 'The share of today’s orders.',
  'DriftSign.before': 'The share of the orders before.',
  'DriftShift.kind': 'What was counted.',
  'DriftShift.name': 'The fact, the id of the rule, or the partner.',
  'DriftShift.index':
    'The population stability index: 0 for equal shares. Null with fewer than 200 orders on ' +
    'either side.',
  'DriftShift.state': '`moving` from an index of 0.1 on, `shifted` from 0.25 on.',
  nowOrders: 'Orders of the week in this series.',
  'DriftShift.beforeOrders': 'Orders of the weeks before in this series.',
  'DriftShift.parts': 'The shares of its parts, most moved first.',
  'DriftPart.part':
    'A value or a range of values. `hit` and `not` of a rule; `absent` where a fact was not ' +
    'computed; `≤5` is above the next smaller end and at most 5.',
  'DriftPart.now': 'The share of the week’s orders.',
  'DriftPart.before': 'The share of the orders before.',
};
