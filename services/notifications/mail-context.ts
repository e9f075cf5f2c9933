/** What ties a sealed address to its mail. */
export const mailContextOf = (eventId: number, number: number): string =>
  `alert-mail:${eventId}:${number}`;
