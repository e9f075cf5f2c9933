import type { z } from 'zod';

/**
 * Parses rows from Postgres, so that schema drift fails here with the column's name. Whatever runs
 * for each order or at rest makes its schema once: zod compiles each new one, which takes a hundred
 * times as long as parsing a row.
 */
export const parseRows = <S extends z.ZodType>(
  schema: S,
  rows: readonly unknown[],
): z.output<S>[] => rows.map((row) => schema.parse(row));

/** The first row; undefined when there is none. */
export const parseRow = <S extends z.ZodType>(
  schema: S,
  rows: readonly unknown[],
): z.output<S> | undefined => (rows[0] === undefined ? undefined : schema.parse(rows[0]));
