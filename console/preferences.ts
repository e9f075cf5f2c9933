import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';

/** How a reader wants pages to look, from the browser's cookies. */
export interface Preferences {
  /** Undefined: as the system is set. */
  readonly theme: 'light' | 'dark' | undefined;
  /** The reader's IANA time zone; UTC until the browser has sent it. */
  readonly zone: string;
  /** Whether single letters act. */
  readonly hasKeys: boolean;
}

/** The name by which the runtime knows a time zone; undefined for one that it does not know. */
const knownZone = (name: string): string | undefined => {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
};

const themeOf = (value: string | undefined): Preferences['theme'] =>
  value === 'light' || value === 'dark' ? value : undefined;

/** Reads the preferences of a request. Values that are not known count as unset. */
export const preferencesOf = (c: Context): Preferences => {
  return {
    theme: themeOf(getCookie(c, 'verdict_theme')),
    zone: knownZone(getCookie(c, 'verdict_zone') ?? 'UTC') ?? 'UTC',
    hasKeys: getCookie(c, 'verdict_keys') !== 'off',
  };
};
