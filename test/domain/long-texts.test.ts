import { describe, expect, it } from 'vitest';
import { ipAddress, email, money } from '../../contracts/hbc/primitives.js';
import { isoCountry } from '../../domain/country.js';
import { parseCsv } from '../../domain/csv.js';
import { looksLikeCard } from '../../domain/lists/looks-like-card.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { normaliseDomain, normaliseText } from '../../domain/lists/plain-values.js';
import { maskCardNumbers } from '../../domain/mask.js';
import { normaliseEmail } from '../../domain/email-address.js';
import { normaliseIp } from '../../domain/ip-address.js';
import { compareNames } from '../../domain/name-similarity.js';
import { normaliseWords, toStorable } from '../../domain/text.js';
import { refusalReason } from '../../partners/oms/refusal-reason.js';
import { withoutCutNumber } from '../../partners/read-start.js';
import { shown } from '../../partners/shown.js';

const functions: Record<string, (text: string) => unknown> = {
  maskCardNumbers: (text) => maskCardNumbers(text, '4111111111111111'),
  maskReason,
  looksLikeCard,
  compareNames: (text) => compareNames(text, `x${text}`),
  normaliseEmail,
  normaliseIp,
  normaliseDomain,
  normaliseText,
  normaliseWords,
  toStorable,
  isoCountry,
  parseCsv,
  refusalReason,
  withoutCutNumber,
  shown: (text) => shown(text, 200),
  email: (text) => email.safeParse(text),
  ipAddress: (text) => ipAddress.safeParse(text),
  money: (text) => money.safeParse(text),
};

const units = ['1 ', '4', '4111 1111 1111 1111 ', ' ', 'x', 'é', 'e\u0301', '1-', 'a.', '@', ':'];
const more = ['a@', '+', '"', '""', ',', '\n', 'a b ', '::', '1.', '😀', '\u0000', '{', "'", 'ﬁ'];

/** Processor time in ms, the best of five: others share the machine. */
const bestOf = (work: () => unknown): number => {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
};

const textOf = (unit: string, length: number): string =>
  unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

describe('the work on a long text grows with its length alone', () => {
  it.each(Object.entries(functions))('%s', (_name, read) => {
    for (const unit of [...units, ...more]) {
      const quarter = bestOf(() => read(textOf(unit, 16_384)));
      const whole = bestOf(() => read(textOf(unit, 65_536)));
      // Linear work takes four times as long, quadratic work sixteen times.
      const isLinear = whole <= 2 || whole <= 8 * quarter;
      expect({ unit, isLinear, isQuick: whole <= 20 }, `${quarter} to ${whole} ms`).toEqual({
        unit,
        isLinear: true,
        isQuick: true,
      });
    }
  });
});
