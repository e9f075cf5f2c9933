/**
 * Whether the order `own` counts the order `h`, of those received by its own instant; both are rows
 * of `order_history`. Of two orders that share a subject, the one with the lower position was
 * stored before the other was received. An imported order was stored long after it was received: it
 * is placed by its time alone, and counts for orders received from its `counts_from` on. So a later
 * read gives the same result, also while an import is running.
 */
export const isCounted = (h: string): string => `case
      when own.counts_from is not null
        then ${h}.received_at < own.received_at or ${h}.position <= own.position
      when ${h}.counts_from is null then ${h}.position <= own.position
      else ${h}.counts_from <= own.received_at end`;
