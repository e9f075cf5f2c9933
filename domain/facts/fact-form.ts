import { isoCountry } from '../country.js';

/** The form of a text fact whose values cannot be listed. */
export type FactForm = 'country' | 'currency' | 'bin' | 'lowerCode';

interface Form {
  readonly isValue: (text: string) => boolean;
  /** Whether some value may contain this text. */
  readonly isPart: (text: string) => boolean;
  /** Completes "it is …". */
  readonly words: string;
}

const forms: Readonly<Record<FactForm, Form>> = {
  country: {
    isValue: (text) => /^[A-Z]{2}$/.test(text) && isoCountry(text) === text,
    isPart: (text) => /^[A-Z]{0,2}$/.test(text),
    words: 'an ISO country code of two capital letters',
  },
  currency: {
    isValue: (text) => /^[A-Z]{3}$/.test(text),
    isPart: (text) => /^[A-Z]{0,3}$/.test(text),
    words: 'an ISO currency code of three capital letters',
  },
  bin: {
    isValue: (text) => /^\d{6}$/.test(text),
    isPart: (text) => /^\d{0,6}$/.test(text),
    words: 'six digits',
  },
  lowerCode: {
    isValue: (text) => /^[a-z][a-z_-]{0,23}$/.test(text),
    isPart: (text) => /^[a-z_-]{0,24}$/.test(text),
    words: 'a code in lower case',
  },
};

export const formOf = (form: FactForm): Form => forms[form];
