const lengthMin = 12;
/** Longer ones cost time to send and hash, and nothing is gained. */
export const passwordLengthMax = 256;

/** What is wrong with a password that a person chooses; undefined when nothing is. */
export const findPasswordProblem = (password: string, name: string): string | undefined => {
  if (password.length < lengthMin) {
    return `Choose a password of at least ${lengthMin} characters.`;
  }
  if (password.length > passwordLengthMax) {
    return `Choose a password of at most ${passwordLengthMax} characters.`;
  }
  if (new Set(password.toLowerCase()).size < 5) return 'Choose a password with more variety.';
  const isNamed = name.length >= 4 && password.toLowerCase().includes(name);
  return isNamed ? 'Choose a password without the name of the account.' : undefined;
};
