/**
 * The instant of a change that comes after another one: never the same and never before it,
 * whatever the clocks of two processes say, and however long one of them waited for its turn.
 */
export const later = (now: Date, before: Date | null | undefined): Date =>
  before === null || before === undefined || now > before ? now : new Date(before.getTime() + 1);
