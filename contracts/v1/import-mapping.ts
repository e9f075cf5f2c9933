import { z } from 'zod';
import { storableText } from '../faults.js';

/** `creditCard.billingAddress.zip`, `items[0].price`, `labels[1].kind`. */
const pathForm = /^[a-zA-Z]\w{0,39}(\[\d{1,2}\])?(\.[a-zA-Z]\w{0,39}(\[\d{1,2}\])?){0,6}$/;

const path = z
  .string()
  .regex(pathForm, 'must be a field such as orderId, items[0].price or labels[0].kind')
  .meta({ description: 'A field of a line: of its transaction, or of what became of it.' });

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** Once each of the parts of a day, in any order, with marks between them. */
const dayForm = /^(?=.*YYYY)(?=.*MM)(?=.*DD)(?:YYYY|MM|DD|[^\w]){5,20}$/;
const timeForm = /^(?=.*YYYY)(?=.*MM)(?=.*DD)(?=.*HH)(?:YYYY|MM|DD|HH|mm|ss|T|[^\w]){8,40}$/;

const plain = z.union([storableText('description'), z.number(), z.boolean()]);

/** Fields with one value: names and addresses are in several. */
const fieldsMax = 20;
const target = z.union([path, z.array(path).min(1).max(fieldsMax)]);

const Column = z.strictObject({
  to: target.meta({ description: 'Where the value belongs; several fields may have it.' }),
  day: z
    .string()
    .regex(dayForm, 'must have YYYY, MM and DD, and marks between them')
    .optional()
    .meta({ description: 'The form of a day, such as MM/DD/YYYY.', example: 'MM/DD/YYYY' }),
  time: z
    .string()
    .regex(timeForm, 'must have YYYY, MM, DD, HH, and mm and ss where there are any')
    .optional()
    .meta({ description: 'The form of a moment.', example: 'YYYY-MM-DD HH:mm:ss' }),
  zone: z
    .string()
    .refine(isZone, 'must be a time zone such as America/Toronto')
    .optional()
    .meta({ description: 'The time zone of `time`; UTC if left out.', example: 'America/Toronto' }),
  decimal: z
    .enum(['.', ','])
    .optional()
    .meta({ description: 'The decimal mark of an amount; the other mark is left out.' }),
  values: z
    .record(z.string().max(100), plain)
    .optional()
    .meta({ description: 'What to write in place of a cell; other cells stay as they are.' }),
});
export type ImportColumn = z.output<typeof Column>;

/** Columns of one mapping: a wide export has some hundred. */
const columnsMax = 300;

const fewEnough = (entries: object): boolean => Object.keys(entries).length <= columnsMax;
const tooMany = `must have at most ${columnsMax} entries`;

/** How the columns of a row become a line of an import. */
export const ImportMapping = z
  .strictObject({
    columns: z
      .record(z.string().min(1).max(100), z.union([target, Column]))
      .refine(fewEnough, tooMany)
      .meta({ description: 'The field of each column, by its name; others are left out.' }),
    constants: z
      .record(z.string().regex(pathForm), plain)
      .refine(fewEnough, tooMany)
      .optional()
      .meta({ description: 'Fields with the same value in every row.' }),
  })
  .meta({ id: 'ImportMapping' });
export type ImportMapping = z.output<typeof ImportMapping>;
