import ipaddr from 'ipaddr.js';

/** How many wrong passwords one address may send in a window. */
const triesMax = 30;
const windowMs = 5 * 60_000;

/** Beyond this many addresses in one window, the oldest are forgotten. */
const addressesMax = 10_000;

/**
 * Limits the wrong passwords that unknown browsers may send from one address, in this process.
 * Beyond the limit, no password from there is checked until the window ends.
 */
export interface AddressBound {
  /** When an address may try again; undefined when it may now. */
  readonly spentUntil: (address: string | undefined, now: Date) => Date | undefined;
  readonly countFailure: (address: string | undefined, now: Date) => void;
}

/** One household or server has a whole /64 of IPv6. */
const groupOf = (address: string): string => {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.');
};

export const createAddressBound = (): AddressBound => {
  const windows = new Map<string, { readonly endsAt: Date; tries: number }>();
  return {
    spentUntil: (address, now) => {
      const window = address === undefined ? undefined : windows.get(groupOf(address));
      if (window === undefined || window.endsAt <= now) return undefined;
      return window.tries >= triesMax ? window.endsAt : undefined;
    },
    countFailure: (address, now) => {
      if (address === undefined) return;
      const group = groupOf(address);
      const window = windows.get(group);
      if (window !== undefined && window.endsAt > now) {
        window.tries += 1;
        return;
      }
      windows.delete(group);
      windows.set(group, { endsAt: new Date(now.getTime() + windowMs), tries: 1 });
      const [oldest] = windows.keys();
      if (windows.size > addressesMax && oldest !== undefined) windows.delete(oldest);
    },
  };
};
