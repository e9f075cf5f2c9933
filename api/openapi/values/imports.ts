/** Past orders that somebody brings along. */
export const importValues: Readonly<Record<string, unknown>> = {
  format: 'orders',
  'Import.note': 'From the former system.',
  parts: 3,
  part: 1,
  lines: 1412,
  'ImportPart.lines': 500,
  stored: 480,
  refused: 12,
  labels: 17,
  'Import.repeated': 8,
  'ImportPart.repeated': 8,
  daysLeft: 0,
  'Import.error': 'invalid_type',
  'Import.message': '$.transaction.orderTotal must be a decimal number',
  'ImportRefusal.error': 'invalid_type',
  'ImportRefusal.message': '$.transaction.orderTotal must be a decimal number',
};
