import type { Outcome } from '../../contracts/hbc/decision.js';
import type { SardineLevel, SardineRiskResponse } from '../../contracts/sardine/response.js';
import type { Opinion } from '../call.js';
import { storedText } from '../texts.js';

/** Texts for reviewers are cut to this length before they are stored. */
const textMaxLength = 200;

const kept = (text: string): string => storedText(text, textMaxLength);
const keptIfAny = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : kept(text);

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
 * The vote in Sardine's answer. By Sardine's documentation the top-level level alone decides;
 * rules, checkpoints, AML level and score explain it.
 */
export const opinionOf = (response: SardineRiskResponse): Opinion => ({
  outcome: outcomeOf(response.level),
  label: response.level,
  priority: 'normal',
  evidence: {
    score: response.score,
    amlLevel: keptIfAny(response.amlLevel),
    reasonCodes: response.reasonCodes.map(kept),
    rules: response.rules.map((rule) => ({
      id: kept(rule.id),
      name: keptIfAny(rule.name),
      isLive: rule.isLive,
      isAllowlisted: rule.isAllowlisted,
    })),
    checkpoints: Object.fromEntries(
      Object.entries(response.checkpoints).map(([name, { riskLevel }]) => [
        kept(name),
        {
          level: keptIfAny(riskLevel.value),
          ruleIds: riskLevel.ruleIds.map(kept),
        },
      ]),
    ),
  },
});
