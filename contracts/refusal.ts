import type { ErrorCode } from './errors.js';

/** Why a primitive refuses a value; the text must not contain the value. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
}

export const refuse = (code: ErrorCode, message: string): Refusal => ({ code, message });
