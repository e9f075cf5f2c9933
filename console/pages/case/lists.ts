import { z } from 'zod';
import type { EntryToAdd } from '../../../contracts/v1/lists.js';
import { reasonText } from '../../../contracts/v1/free-text.js';
import { normaliseIp } from '../../../domain/ip-address.js';
import { spellingsOf } from '../../../domain/subjects.js';
import type { SanitisedTransaction } from '../../../domain/transaction.js';
import { readListable } from '../../../services/case-view/listable.js';
import { addEntries } from '../../../services/lists/lists.js';
import { NotFound } from '../../access.js';
import type { Acted } from './acts.js';

const subjects = ['card', 'email', 'account', 'device', 'ip', 'address'] as const;

/** From a case an entry always ends: what is to stay belongs to the analysts. */
const daysMax = 180;
const dayMs = 86_400_000;

const Request = z.object({
  list: z.enum(['block', 'allow']),
  subject: z
    .union([z.enum(subjects).transform((one) => [one]), z.array(z.enum(subjects))])
    .pipe(z.array(z.enum(subjects)).min(1)),
  reason: reasonText,
  days: z.coerce.number().int().min(1).max(daysMax),
});

type Common = Pick<EntryToAdd, 'reason' | 'expiresAt'>;

const entriesOf = (
  subject: (typeof subjects)[number],
  transactionId: string,
  order: SanitisedTransaction,
  common: Common,
): EntryToAdd[] => {
  switch (subject) {
    case 'card':
      return [{ ...common, kind: 'card', transactionId }];
    case 'email':
      return [{ ...common, kind: 'email', value: order.customer.emailAddress }];
    case 'account':
      return [
        { ...common, kind: 'account', value: order.customer.accountId, banner: order.banner },
      ];
    case 'device':
      return [{ ...common, kind: 'device', value: order.additionalData?.inAuthId ?? '' }];
    case 'ip':
      return [{ ...common, kind: 'ip', value: normaliseIp(order.ipAddress ?? '') ?? '' }];
    case 'address':
      return spellingsOf(order)
        .filter(({ streetLineOne }) => streetLineOne.trim() !== '')
        .slice(0, 5)
        .map(({ name: _name, ...address }) => ({ ...common, kind: 'address', address }));
    default:
      return subject satisfies never;
  }
};

const words = { block: 'blocked', allow: 'allowed' } as const;

/** Puts subjects of the order onto the block or allow list, until a day. */
export const listSubjects = async (
  call: Parameters<typeof addEntries>[0] & { readonly now: Date },
  caseId: string,
  form: Readonly<Record<string, string | readonly string[]>>,
): Promise<Acted> => {
  const request = Request.safeParse(form);
  if (!request.success) {
    return {
      kind: 'refused',
      words: 'Nothing was changed: please choose what, and give a reason of three letters or more.',
    };
  }
  const { list, subject, reason, days } = request.data;
  const found = await readListable(call, caseId);
  if (found === undefined) throw new NotFound();
  const expiresAt = new Date(call.now.getTime() + days * dayMs);
  const entries = subject.flatMap((one) =>
    entriesOf(one, found.transactionId, found.order, { reason, expiresAt }),
  );
  const result = await addEntries(call, list, entries);
  switch (result.kind) {
    case 'added':
      return {
        kind: 'done',
        words: `${subject.join(', ')} ${words[list]} for ${days} days. This order is not decided.`,
      };
    case 'unknown_list':
      return { kind: 'refused', words: 'Nothing was changed: there is no such list.' };
    case 'refused':
      return {
        kind: 'refused',
        words: `Nothing was changed: ${result.faults.map(({ message }) => message).join('; ')}.`,
      };
    default:
      return { kind: 'done', words: 'Proposed: another person has to agree to the allow list.' };
  }
};
