import { z } from 'zod';
import { type Refusal, refuse } from './refusal.js';

/** The maximum length of one kind of text in characters (Unicode code points), with the reason. */
export interface TextLimit {
  readonly max: number;
  readonly reason: string;
}

/**
 * The limit of every text that a caller can send. A longer one is refused with `too_long`, or cut
 * where it must not be refused. These limits bound the work on one order.
 */
export const textLimits = {
  addressLine: { max: 200, reason: 'no postal service prints a longer line' },
  personName: { max: 150, reason: 'first and last name, with titles, in any script' },
  place: { max: 100, reason: 'a city, state or country written out' },
  zip: { max: 20, reason: 'postal codes have at most ten; Sardine takes twenty' },
  description: { max: 500, reason: 'what an item is, as a shop page says it' },
  remarks: { max: 2_000, reason: 'what a reviewer writes of one case' },
  email: { max: 320, reason: 'RFC 5321 ends at 254; some systems write up to 320' },
  ipAddress: { max: 64, reason: 'an IPv6 address has at most 45' },
  id: { max: 100, reason: 'ids of other systems; Sardine takes a hundred' },
  orderKey: { max: 64, reason: 'both parts, URL-encoded, make a workflow id of 255 bytes' },
  variant: { max: 50, reason: 'a colour or size' },
  code: { max: 64, reason: 'codes and methods that a shop names freely' },
  numberText: { max: 500, reason: 'a number as text; zeros may follow its digits' },
  authCode: { max: 8, reason: 'it is dropped, and a CVV has four' },
  phone: { max: 50, reason: 'fifteen digits (E.164) and what people write between' },
  rulesTripped: { max: 20_000, reason: 'what an answer says of the rules, sent back and ignored' },
  note: { max: 500, reason: 'why somebody changed something' },
  draftName: { max: 80, reason: 'one line in a list of drafts' },
  labelReason: { max: 120, reason: "a card network's code or short phrase" },
  withdrawalReason: { max: 200, reason: 'why a label was taken back' },
  alertRuleName: { max: 200, reason: 'one line, and the subject of an e-mail' },
  alertRuleDescription: { max: 1_000, reason: 'what an alert rule is for' },
  sparkflyRuleName: { max: 1_000, reason: "a rule's name at Sparkfly, which sets no limit" },
  activityId: { max: 128, reason: "a sender's own id of an activity" },
  listValue: { max: 320, reason: 'the longest kind of value is an e-mail address' },
  ruleSetText: { max: 262_144, reason: 'ten times the shipped rule set' },
  ruleText: { max: 30_000, reason: 'one rule with ten cases of 2,000 characters' },
  keyId: { max: 32, reason: 'ids of keys are short' },
  owner: { max: 200, reason: 'as alert events answer it' },
  auditName: { max: 255, reason: 'what an audit row names, as the trail answers it' },
  cursor: { max: 500, reason: 'as an earlier page answered it' },
  pushedText: { max: 4_096, reason: 'a text of AiFi is cut here, for a push is never refused' },
} as const satisfies Readonly<Record<string, TextLimit>>;

export type TextKind = keyof typeof textLimits;

/** Whether a text has more than `max` code points. Reads no further than needed. */
export const isLonger = (text: string, max: number): boolean =>
  text.length > max && (text.length > 2 * max || Array.from(text).length > max);

/** The start of a text, cut to the limit of its kind. */
export const cutText = (text: string, kind: TextKind): string => {
  const { max } = textLimits[kind];
  return isLonger(text, max)
    ? Array.from(text.slice(0, 2 * max))
        .slice(0, max)
        .join('')
    : text;
};

const tooLong = (max: number): string => `must have at most ${max} characters`;

/** The refusal of a text beyond the limit of its kind; undefined within it. */
export const refuseLonger = (text: string, kind: TextKind): Refusal | undefined => {
  const { max } = textLimits[kind];
  return isLonger(text, max) ? refuse('too_long', tooLong(max)) : undefined;
};

/** Checks a text against the limit of its kind. */
export const shortEnough = (kind: TextKind) =>
  z.refine<string>((text) => !isLonger(text, textLimits[kind].max), {
    error: tooLong(textLimits[kind].max),
    params: { code: 'too_long' },
  });
