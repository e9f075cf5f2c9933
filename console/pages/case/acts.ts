import type { Context } from 'hono';
import { z } from 'zod';
import { reasonText } from '../../../contracts/v1/free-text.js';
import { NoteRequest, tagText } from '../../../contracts/v1/case-work.js';
import type { CaseRefusal } from '../../../services/cases/change.js';
import { tickItem, untickItem } from '../../../services/cases/checklist.js';
import { claimCase, releaseCase, takeOverCase } from '../../../services/cases/claims.js';
import { decideCase, undoDecision } from '../../../services/cases/decisions.js';
import { endEscalation, escalateCase } from '../../../services/cases/escalations.js';
import { endHold, holdCase } from '../../../services/cases/holds.js';
import { addNote } from '../../../services/cases/notes.js';
import { addTag, removeTag } from '../../../services/cases/tags.js';
import { zonedInstant } from '../../../domain/zoned-day.js';
import { NotFound } from '../../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../../deps.js';
import { listSubjectsOf } from './lists.js';
import { loadNames } from '../../parts/people.js';
import { preferencesOf } from '../../preferences.js';
import { outcomeWords } from './words.js';

/** What an act led to: the page of the case again, with one sentence, or the next case. */
export type Acted =
  | { readonly kind: 'done'; readonly words?: string }
  | { readonly kind: 'decided' }
  | { readonly kind: 'refused'; readonly words: string };

type Call = ReturnType<typeof callOf> & {
  readonly fourEyes: boolean;
  /** In which the reader's clocks show times. */
  readonly zone: string;
};
type Form = Readonly<Record<string, string | readonly string[]>>;

/** An act of the page: it reads the form, calls a service, and says what came of it. */
type Act = (call: Call, caseId: string, form: Form) => Promise<Acted>;

const done = (words: string): Acted => ({ kind: 'done', words });
const refused = (words: string): Acted => ({ kind: 'refused', words });

const textOf = (form: Form, name: string): string => {
  const value = form[name];
  return typeof value === 'string' ? value.trim() : '';
};

const timeOf = (at: Date): string => `${at.toISOString().slice(11, 16)} UTC`;

/** Why a case cannot be worked on, in a sentence that says who was quicker. */
const refusalOf = async (call: Call, refusal: CaseRefusal): Promise<Acted> => {
  const nameOf = await loadNames(call);
  switch (refusal.kind) {
    case 'unknown':
      throw new NotFound();
    case 'closed':
      return refused('Nothing was changed: the order is no longer in review.');
    case 'already_decided': {
      const { by, outcome, at } = refusal;
      const what = outcomeWords[outcome].toLowerCase();
      return refused(`Nothing was changed: ${nameOf(by)} ${what} the order at ${timeOf(at)}.`);
    }
    case 'claimed_by_another':
      return refused(
        `Nothing was changed: ${nameOf(refusal.by)} works on the case until ` +
          `${timeOf(refusal.until)}. Take it over with a reason, or open the next one.`,
      );
    default:
      return refusal satisfies never;
  }
};

const whyNeeded = 'Nothing was changed: please give a reason of at least three letters.';

const readReason = (form: Form): string | undefined =>
  reasonText.safeParse(textOf(form, 'reason')).data;

/** A reason that is not needed; `bad` for a text that is none, which must not be lost. */
const readOptionalReason = (form: Form): { readonly reason?: string } | 'bad' => {
  if (textOf(form, 'reason') === '') return {};
  const reason = readReason(form);
  return reason === undefined ? 'bad' : { reason };
};

const claim: Act = async (call, caseId) => {
  const result = await claimCase(call, caseId);
  return result.kind === 'claimed' ? { kind: 'done' } : refusalOf(call, result);
};

const takeOver: Act = async (call, caseId, form) => {
  const reason = readReason(form);
  if (reason === undefined) return refused(whyNeeded);
  const result = await takeOverCase(call, caseId, reason);
  return result.kind === 'claimed' ? done('The case is yours now.') : refusalOf(call, result);
};

const release: Act = async (call, caseId) => {
  const result = await releaseCase(call, caseId);
  return result.kind === 'released' ? done('You have released the case.') : refusalOf(call, result);
};

const remarksMax = 2000;

const Decision = z.object({
  recommendationCode: z.enum(['accept', 'reject']),
  reasonCode: z.string().min(1),
  remarks: z.string().trim().max(remarksMax).optional(),
});

const decide: Act = async (call, caseId, form) => {
  const request = Decision.safeParse(form);
  if (!request.success) return refused('Nothing was decided: please choose a reason.');
  const result = await decideCase(call, caseId, request.data);
  switch (result.kind) {
    case 'pending':
      return { kind: 'decided' };
    case 'unknown_reason':
      return refused('Nothing was decided: this reason is no longer in the list.');
    case 'needs_another_person':
      return refused('You have said so already: somebody else has to agree.');
    default:
      return refusalOf(call, result);
  }
};

const undo: Act = async (call, caseId) => {
  const { role } = call.actor;
  const result = await undoDecision(call, caseId, { isLead: role === 'lead' || role === 'admin' });
  switch (result.kind) {
    case 'undone':
      return done('Taken back: OMS was told nothing. The case is yours again.');
    case 'not_undoable':
      return refused('Too late to undo: the run has been told.');
    case 'review_ended':
      return refused('Nothing to undo: the review ended otherwise before the decision counted.');
    case 'decided_by_another':
      return refused(`Only ${(await loadNames(call))(result.by)} or a team lead can undo this.`);
    case 'unknown':
      throw new NotFound();
    default:
      return result satisfies never;
  }
};

const escalate: Act = async (call, caseId, form) => {
  if (textOf(form, 'end') !== '') {
    const { role } = call.actor;
    if (role !== 'lead' && role !== 'admin') {
      return refused('Only a team lead takes an escalation back.');
    }
    const ended = await endEscalation(call, caseId);
    return ended.kind === 'ended' ? done('The escalation was taken back.') : refusalOf(call, ended);
  }
  const reason = readReason(form);
  if (reason === undefined) return refused(whyNeeded);
  const result = await escalateCase(call, caseId, { reason });
  return result.kind === 'escalated' ? done('The case is escalated.') : refusalOf(call, result);
};

const hourMs = 3_600_000;
const holdHoursMax = 24 * 14;

const HoldHours = z.coerce.number().min(0).max(holdHoursMax);

/** The end of a hold: a time of the reader's clocks, or so many hours from now. */
const holdEnd = ({ now, zone }: Call, form: Form): Date | undefined => {
  const inHours = (hours: number): Date => new Date(now.getTime() + hours * hourMs);
  const local = textOf(form, 'until');
  if (local === '') {
    const { data: hours } = HoldHours.safeParse(textOf(form, 'hours'));
    return hours === undefined ? undefined : inHours(hours);
  }
  const until = zonedInstant(local, zone);
  return until !== undefined && until <= inHours(holdHoursMax) ? until : undefined;
};

const hold: Act = async (call, caseId, form) => {
  if (textOf(form, 'end') !== '') {
    const ended = await endHold(call, caseId);
    return ended.kind === 'ended' ? done('The hold has ended.') : refusalOf(call, ended);
  }
  const until = holdEnd(call, form);
  if (until === undefined) {
    return refused('Nothing was changed: a hold ends at a time, two weeks from now at most.');
  }
  const given = readOptionalReason(form);
  if (given === 'bad') return refused(whyNeeded);
  const result = await holdCase(call, caseId, { until, ...given });
  if (result.kind === 'in_past') return refused('Nothing was changed: that time is over.');
  return result.kind === 'held' ? done('The case is on hold.') : refusalOf(call, result);
};

const note: Act = async (call, caseId, form) => {
  const request = NoteRequest.safeParse({ text: textOf(form, 'text') });
  if (!request.success) return refused('Nothing was saved: the note is empty or too long.');
  const result = await addNote(call, caseId, { text: request.data.text });
  if (result.kind === 'unknown') throw new NotFound();
  return done('The note is saved.');
};

/** A tag as people type it, in the form of a code: `Gift ring` is `gift-ring`. */
const tagOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

const tag: Act = async (call, caseId, form) => {
  const removed = textOf(form, 'remove');
  const given = tagText.safeParse(removed === '' ? tagOf(textOf(form, 'tag')) : removed);
  if (!given.success) return refused('Nothing was changed: a tag is a short word, like gift-ring.');
  const change = removed === '' ? addTag : removeTag;
  const result = await change(call, caseId, given.data);
  if (result.kind === 'unknown') throw new NotFound();
  return { kind: 'done' };
};

const checklist: Act = async (call, caseId, form) => {
  const change = textOf(form, 'ticked') === '' ? untickItem : tickItem;
  const result = await change(call, caseId, textOf(form, 'item'));
  switch (result.kind) {
    case 'changed':
    case 'unchanged':
      return { kind: 'done' };
    case 'no_such_item':
      return refused('Nothing was changed: this point is no longer in the checklist.');
    default:
      return refusalOf(call, result);
  }
};

/** The acts by the last part of their address. */
const acts = {
  claim,
  release,
  'take-over': takeOver,
  decision: decide,
  undo,
  escalation: escalate,
  hold,
  notes: note,
  tags: tag,
  checklist,
  lists: listSubjectsOf,
} as const satisfies Readonly<Record<string, Act>>;
export type ActName = keyof typeof acts;
export const actNames = Object.keys(acts) as ActName[];

/** Runs an act with the form that a request carries. */
export const runAct = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  name: ActName,
  caseId: string,
): Promise<Acted> => {
  const form = (await c.req.parseBody({ all: true })) as Form;
  const { zone } = preferencesOf(c);
  return acts[name]({ ...callOf(deps, c), fourEyes: deps.fourEyes, zone }, caseId, form);
};
