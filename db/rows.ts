import type { z } from 'zod';

/** Parses rows on their way out of Postgres, so that a schema drift fails here and by name. */
export const parseRows = <S extends z.ZodType>(
  schema: S,
  rows: readonly unknown[],
): z.output<S>[] => rows.map((row) => schema.parse(row));

/** The only row, or undefined when there is none. */
export const parseRow = <S extends z.ZodType>(
  schema: S,
  rows: readonly unknown[],
): z.output<S> | undefined => (rows[0] === undefined ? undefined : schema.parse(rows[0]));
