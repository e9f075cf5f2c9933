/** Whether a day as YYYY-MM-DD is in the calendar: `Date` makes 1 October of 31 September. */
export const isRealDay = (day: string): boolean => {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
};
