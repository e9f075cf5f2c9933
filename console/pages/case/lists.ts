import { z } from 'zod';
import { reasonText } from '../../../contracts/v1/free-text.js';
import { dayMs } from '../../../domain/utc-day.js';
import {
  type ListedSubject,
  listedSubjects,
  listSubjects,
} from '../../../services/cases/list-subjects.js';
import { NotFound } from '../../access.js';
import type { Acted } from './acts.js';
import { subjectWords } from './words.js';

/** From a case an entry always ends: what is to stay belongs to the analysts. */
const daysMax = 180;

const subject = z.enum(listedSubjects);

const Request = z.object({
  list: z.enum(['block', 'allow']),
  subject: z.union([subject.transform((one) => [one]), z.array(subject).min(1)]),
  reason: reasonText,
  days: z.coerce.number().int().min(1).max(daysMax),
});

const words = { block: 'blocked', allow: 'allowed' } as const;

/** `Card, Device`: as the form names them. */
const named = (subjects: readonly ListedSubject[]): string =>
  subjects.map((one) => subjectWords[one].label).join(', ');

const refused = (why: string): Acted => ({
  kind: 'refused',
  words: `Nothing was changed: ${why}.`,
});

/** Puts subjects of the order onto the block or allow list, until a day. */
export const listSubjectsOf = async (
  call: Parameters<typeof listSubjects>[0],
  caseId: string,
  form: Readonly<Record<string, string | readonly string[]>>,
): Promise<Acted> => {
  const request = Request.safeParse(form);
  if (!request.success) {
    return refused('please choose what, and give a reason of three letters or more');
  }
  const { list, subject: subjects, reason, days } = request.data;
  const expiresAt = new Date(call.now.getTime() + days * dayMs);
  const result = await listSubjects(call, caseId, { list, subjects, reason, expiresAt });
  switch (result.kind) {
    case 'unknown':
      throw new NotFound();
    case 'without_value':
      return refused(`the order has no ${result.subjects.join(' and no ')}`);
    case 'added':
      return {
        kind: 'done',
        words: `${named(subjects)} ${words[list]} for ${days} days. This order is not decided.`,
      };
    case 'unknown_list':
      return refused('there is no such list');
    case 'refused':
      return refused(result.faults.map(({ message }) => message).join('; '));
    default:
      return { kind: 'done', words: 'Proposed: another person has to agree to the allow list.' };
  }
};
