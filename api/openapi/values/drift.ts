/** Drift. */
export const driftValues: Readonly<Record<string, unknown>> = {
  weekOrders: 33_512,
  'Drift.beforeOrders': 131_040,
  'DriftSign.name': 'ip.country',
  'DriftSign.now': 0,
  'DriftSign.before': 0.9712,
  'DriftShift.name': 'avs.street',
  'DriftShift.index': 0.0312,
  nowOrders: 33_512,
  'DriftShift.beforeOrders': 131_040,
  'DriftPart.part': 'no_match',
  'DriftPart.now': 0.0911,
  'DriftPart.before': 0.0624,
};
