import type { Outcome } from '../../contracts/hbc/decision.js';
import type { SardineLevel, SardineRiskResponse } from '../../contracts/sardine/response.js';
import { maskCardNumbers } from '../../domain/mask.js';
import type { Opinion } from '../call.js';

/** The explanation is for people: more of it than this is cut before it is kept. */
const entriesMax = 100;
const textMaxLength = 200;

const shown = (text: string): string => maskCardNumbers(text).slice(0, textMaxLength);
const shownIfAny = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : shown(text);

const outcomeOf = (level: SardineLevel): Outcome => {
  switch (level) {
    case 'low':
    case 'medium':
      return 'accept';
    case 'high':
    case 'unknown':
      return 'review';
    case 'very_high':
      return 'reject';
    default:
      return level satisfies never;
  }
};

/**
 * The vote behind Sardine's answer. The top-level level alone decides; rules, checkpoints, AML
 * level and score explain, as Sardine's documentation says of its levels.
 */
export const opinionOf = (response: SardineRiskResponse): Opinion => ({
  outcome: outcomeOf(response.level),
  label: response.level,
  priority: 'normal',
  evidence: {
    score: response.score,
    amlLevel: shownIfAny(response.amlLevel),
    reasonCodes: response.reasonCodes.slice(0, entriesMax).map(shown),
    rules: response.rules.slice(0, entriesMax).map((rule) => ({
      id: shown(rule.id),
      name: shownIfAny(rule.name),
      isLive: rule.isLive,
      isAllowlisted: rule.isAllowlisted,
    })),
    checkpoints: Object.fromEntries(
      Object.entries(response.checkpoints)
        .slice(0, entriesMax)
        .map(([name, { riskLevel }]) => [
          shown(name),
          {
            level: shownIfAny(riskLevel.value),
            ruleIds: riskLevel.ruleIds.slice(0, entriesMax).map(shown),
          },
        ]),
    ),
  },
});
