/** Whether a day as YYYY-MM-DD exists: `Date` turns 31 September into 1 October. */
export const isRealDay = (day: string): boolean => {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
};
