import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { defaultRuleSet, exampleSettings } from '../support/rules.js';
import { answerTo, goldenPath, readGolden, writeGolden } from './golden-order.js';
import { handMade } from './hand-made.js';
import { pickOrders } from './pick-orders.js';

const ruleSet = defaultRuleSet();
const settings = exampleSettings();

/**
 * `GOLDEN=record npx vitest run test/golden/golden.test.ts` writes the answers of today's rules
 * into the file, and adds new orders made by hand. Every difference is a change of what orders get:
 * read them all. `GOLDEN=pick` takes other orders too, after a change of the population.
 */
const wish = process.env['GOLDEN'];
if (wish === 'record' || wish === 'pick') {
  const recorded = readGolden();
  const names = new Set(recorded.map(({ name }) => name));
  const orders =
    wish === 'pick'
      ? [...handMade(), ...pickOrders(ruleSet, settings)]
      : [...recorded, ...handMade().filter(({ name }) => !names.has(name))];
  writeGolden(orders.map((order) => [order, answerTo(order, ruleSet, settings)]));
  const biome = fileURLToPath(new URL('../../node_modules/.bin/biome', import.meta.url));
  execFileSync(biome, ['format', '--write', goldenPath], { stdio: 'ignore' });
}

const golden = readGolden();

describe('the golden orders', () => {
  it.each(golden)('$name', ({ expected, ...order }) => {
    expect(answerTo(order, ruleSet, settings)).toEqual(expected);
  });

  it('are enough: every outcome, and nearly every rule', () => {
    expect(golden.length).toBeGreaterThan(50);
    const outcomes = new Set(golden.map(({ expected }) => expected.outcome));
    expect([...outcomes].toSorted()).toEqual(['accept', 'reject', 'review']);
    const tripped = new Set(golden.flatMap(({ expected }) => expected.hits.map(({ id }) => id)));
    const missing = ruleSet.rules.filter(({ id }) => !tripped.has(id)).map(({ id }) => id);
    // What needs configured codes, mounted tables or evidence from elsewhere, or is off.
    expect(missing).toEqual(['R08', 'R40', 'R47', 'R48', 'R49', 'TOD']);
  });

  it('hold no card number', () => {
    const numbers = JSON.stringify(golden.map(({ order }) => order)).match(/"\d{12,19}"/g);
    expect(numbers).toBeNull();
  });
});
