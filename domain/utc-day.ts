/** A day in milliseconds; UTC days all have this length. */
export const dayMs = 86_400_000;

/** Whole UTC days since 1970 of an instant. */
export const utcDayOf = (epochMs: number): number => Math.floor(epochMs / dayMs);

/** Whole UTC days since 1970 of a date written `YYYY-MM-DD`. */
export const utcDayOfDate = (date: string): number => utcDayOf(Date.parse(`${date}T00:00:00Z`));
