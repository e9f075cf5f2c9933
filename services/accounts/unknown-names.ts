import { type Tries, noTries } from '../../domain/accounts/tries.js';

/** More names than anybody mistypes; beyond this, the oldest are forgotten. */
const namesMax = 10_000;

/**
 * The wrong passwords given for names that no account has, in this process. Such a name is refused
 * with the same words and waits as a real one, so that nobody can find out which names exist.
 */
export interface UnknownNames {
  readonly triesOf: (name: string) => Tries;
  readonly store: (name: string, tries: Tries) => void;
}

export const createUnknownNames = (): UnknownNames => {
  const kept = new Map<string, Tries>();
  return {
    triesOf: (name) => kept.get(name) ?? noTries,
    store: (name, tries) => {
      kept.delete(name);
      kept.set(name, tries);
      const [oldest] = kept.keys();
      if (kept.size > namesMax && oldest !== undefined) kept.delete(oldest);
    },
  };
};
