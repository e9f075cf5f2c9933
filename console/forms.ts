/** A text field of a form that was sent; empty when it is missing or a file. */
export const textIn = (form: Readonly<Record<string, unknown>>, name: string): string => {
  const value = form[name];
  return typeof value === 'string' ? value : '';
};
