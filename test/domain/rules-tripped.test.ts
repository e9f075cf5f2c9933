import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRulesTripped, printRulesTripped } from '../../domain/rules-tripped.js';

describe('rulesTripped', () => {
  it('prints as Accertify does', () => {
    const hit = { id: 'R09', name: 'Not approved', points: 0, reason: 'Response code 5.' };
    const trust = { id: 'R46', name: 'Known: good', points: -25, reason: 'Known.' };
    expect(printRulesTripped([hit, trust])).toBe('R09:Not approved:0;R46:Known: good:-25;');
    expect(printRulesTripped([])).toBe('');
  });

  it("reads Accertify's published sample, whose names hold colons", () => {
    expect(parseRulesTripped('206:Paygw: Is Authorize:1;154:Authorize:10;')).toEqual([
      { id: '206', name: 'Paygw: Is Authorize', points: 1 },
      { id: '154', name: 'Authorize', points: 10 },
    ]);
  });

  it('reads back what it printed', () => {
    const id = fc.stringMatching(/^[A-Za-z][\w-]{0,31}$/);
    const name = fc.stringMatching(/^[\w:,.-][\w :,.-]{0,38}$/);
    const rule = fc.record({ id, name, points: fc.integer({ min: -1000, max: 1000 }) });
    fc.assert(
      fc.property(fc.array(rule), (rules) => {
        expect(parseRulesTripped(printRulesTripped(rules))).toEqual(rules);
      }),
    );
  });

  it.each(['R01', 'R01:name', 'R01:name:x;', ':name:1;'])('refuses %j', (text) => {
    expect(() => parseRulesTripped(text)).toThrow(SyntaxError);
  });
});
