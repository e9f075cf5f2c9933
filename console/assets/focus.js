// Where the focus goes: to the heading of a case that has just opened, and into a list of reasons.

/** After a case was opened or swapped, its heading is read out and has the focus. */
const focusHeading = () => document.querySelector('main.case h1[tabindex="-1"]')?.focus();

/** While a reason is chosen nothing behind it can be hit. Closing returns the focus by itself. */
const holdBehind = (event) => {
  const list = event.target;
  if (!list.matches?.('.pop') || !list.querySelector('.codes')) return;
  const isOpen = event.newState === 'open';
  const behind = document.querySelector('.case-body');
  if (behind) behind.inert = isOpen;
  if (isOpen) list.querySelector('.codes button:not(:disabled)')?.focus();
};

/** Keeps the focus where the design wants it. */
export const startFocus = () => {
  document.addEventListener('toggle', holdBehind, true);
  document.addEventListener('htmx:afterSettle', (event) => {
    if (event.detail.target.matches?.('main, body')) focusHeading();
  });
  focusHeading();
};
