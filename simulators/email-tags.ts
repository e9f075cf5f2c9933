/**
 * The answer that an order's e-mail address requests from one partner. In
 * `ann+sardine-high+yleo-review@x.com` Sardine reads `high` and Yleo `review`. Tags follow the
 * first `+` of the local part, joined by `+` or `-`; case does not matter, and a partner's first
 * tag wins.
 */
export const emailTag = <const T extends string>(
  email: string,
  partner: string,
  tags: readonly T[],
): T | undefined => {
  const local = email.slice(0, email.lastIndexOf('@')).toLowerCase();
  const start = local.indexOf('+');
  if (start < 0) return undefined;
  const pattern = new RegExp(`[+-]${partner}-(${tags.join('|')})(?=[+-]|$)`);
  const word = pattern.exec(local.slice(start))?.[1];
  return tags.find((tag) => tag === word);
};
