import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWire } from '../../../contracts/faults.js';
import { VerdictRequest } from '../../../contracts/hbc/decision.js';
import { codesOf } from './fields.js';

const valid = { transactionId: 'tx_1', recommendationCode: 'accept', totalScore: 10 };

const parse = (overrides: Record<string, unknown>) => {
  const parsed = parseWire(VerdictRequest, { ...valid, ...overrides });
  return parsed.ok ? parsed.value : codesOf(parsed.faults);
};

const fault = (code: string, field: string) => [[code, `$.${field}`]];

describe('a verdict', () => {
  it('is a Decision: what was answered, with another code, can be sent back', () => {
    const answered = {
      ...valid,
      crossReference: '5ECF6502-E532-4738-AAD5-7AC9701251DD',
      rulesTripped: 'R01:AVS:10;',
      remarks: 'Called the shopper',
    };
    expect(parse(answered)).toEqual({
      ...answered,
      crossReference: answered.crossReference.toLowerCase(),
    });
  });

  it.each(['accept', 'reject', ' Accept ', 'REJECT'])('may be %j', (recommendationCode) => {
    expect(parse({ recommendationCode })).toMatchObject({
      recommendationCode: recommendationCode.trim().toLowerCase(),
    });
  });

  it.each([
    ['review', 'invalid_value'],
    [' Review', 'invalid_value'],
    ['perhaps', 'invalid_enum'],
    ['', 'invalid_enum'],
    ['accept\u0000', 'invalid_value'],
    [1, 'invalid_type'],
    [['accept'], 'invalid_type'],
    [null, 'missing_field'],
    [undefined, 'missing_field'],
  ])('cannot be %j', (recommendationCode, code) => {
    expect(parse({ recommendationCode })).toEqual(fault(code, 'recommendationCode'));
  });

  it.each([
    ['', 'invalid_value'],
    ['  ', 'invalid_value'],
    ['x'.repeat(256), 'too_long'],
    ['tx\u0000', 'invalid_value'],
    [7, 'invalid_type'],
    [null, 'missing_field'],
  ])('needs a transaction id, not %j', (transactionId, code) => {
    expect(parse({ transactionId })).toEqual(fault(code, 'transactionId'));
  });

  it('may leave out what is ignored, but not send it in a wrong form', () => {
    expect(parse({ totalScore: null, remarks: null })).toEqual({
      transactionId: 'tx_1',
      recommendationCode: 'accept',
    });
    expect(parse({ totalScore: 'ten' })).toEqual(fault('invalid_type', 'totalScore'));
    expect(parse({ totalScore: '10' })).toMatchObject({ totalScore: 10 });
    expect(parse({ crossReference: 'x' })).toEqual(fault('invalid_value', 'crossReference'));
    expect(parse({ rulesTripped: 1 })).toEqual(fault('invalid_type', 'rulesTripped'));
    expect(parse({ remarks: '\uD800' })).toEqual(fault('invalid_value', 'remarks'));
  });

  it('is never repeated by a fault', () => {
    const field = fc.constantFrom(
      ...Object.keys(valid),
      'crossReference',
      'rulesTripped',
      'remarks',
    );
    const value = fc.constantFrom<unknown>('Zq7\u0000', ['Zq7'], { Zq7: 'Zq7' }, 'Zq7'.repeat(100));
    fc.assert(
      fc.property(field, value, (name, odd) => {
        const parsed = parseWire(VerdictRequest, { ...valid, [name]: odd });
        expect(parsed.ok ? '' : JSON.stringify(parsed.faults)).not.toContain('Zq7');
      }),
    );
  });
});
