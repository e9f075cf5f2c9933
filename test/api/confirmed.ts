/** Sends a request, and repeats it with the confirmation that the answer asks for. */
export const confirmed = async <R extends { readonly json: unknown }>(
  send: (more: { readonly confirm?: string }) => Promise<R>,
): Promise<R> => {
  const first = await send({});
  const [fault] = Array.isArray(first.json) ? (first.json as { confirm?: string }[]) : [];
  return fault?.confirm === undefined ? first : send({ confirm: fault.confirm });
};
