/** Subjects whose hash is a column of the order's own row. */
export const columnOf = {
  card: 'card',
  email: 'email',
  account: 'account',
  device: 'device',
  ip: 'ip',
  salesRep: 'sales_rep',
} as const;
export type Hashed = keyof typeof columnOf;
export const hashed = Object.keys(columnOf) as Hashed[];

/** What is compared with other orders, besides the subjects that each list orders of. */
const comparedColumns = { domain: 'email_domain', postal: 'billing_postal' } as const;
const tokenColumns = { ...columnOf, ...comparedColumns };
type Tokenised = keyof typeof tokenColumns;

/** The order's own value of a subject and its tokens under the other live keys. */
export const knownAs = (kind: Tokenised): string => `own.${tokenColumns[kind]}_known`;

/**
 * Maps a token under another key to the order's own token: it is the same card, mailbox or account.
 */
export const asOwn = (kind: Tokenised): string => {
  const column = tokenColumns[kind];
  return `case when h.${column} = any(${knownAs(kind)}) then own.${column} else h.${column} end
    as ${column}`;
};

const otherValues = (kind: string): string =>
  `array(select decode(jsonb_array_elements_text(other_keys -> '${kind}'), 'hex'))`;

const ownValues = Object.entries(tokenColumns).map(
  ([kind, column]) => `array_append(${otherValues(kind)}, ${column}) as ${column}_known`,
);

/** Selects orders' own rows with every token of their subjects; a `where` may follow. */
export const ownOrder = `select h.*, digits.bin, digits.last4, ${ownValues.join(', ')},
      -- Other tokens of its addresses first, in the order of place_of.
      ${otherValues('address')}
        || array(select address from order_addresses where transaction_id = h.transaction_id)
        as places,
      ${otherValues('addressOf')} as place_of,
      ${otherValues('house')}
        || array(select house from order_addresses
          where transaction_id = h.transaction_id and house is not null) as houses,
      ${otherValues('houseOf')} as house_of
    from order_history h join order_card_digits digits using (transaction_id)`;
