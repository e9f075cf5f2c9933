// Posts of scripts, with the token that shows that they come from this session's page.

const token = () => JSON.parse(document.body.getAttribute('hx-headers') ?? '{}');

/** Posts without a body and resolves with the answer. With `keepalive` an ending page can post. */
export const post = (address, { keepalive = false } = {}) =>
  fetch(address, { method: 'POST', headers: token(), redirect: 'manual', keepalive });

/** Fetches a part of a page and resolves with its elements; undefined when it cannot be had. */
export const fetchPart = async (address) => {
  const answer = await fetch(address, { headers: { 'HX-Request': 'true' }, redirect: 'manual' });
  if (!answer.ok) return undefined;
  const template = document.createElement('template');
  template.innerHTML = await answer.text();
  return template.content;
};
