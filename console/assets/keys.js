// One letter for each act. Letters act unless somebody writes, and never with Ctrl, Alt or Meta.
import { fetchPart } from './post.js';
import { flipTheme } from './preferences.js';
import { chooseRow, clearChosen, moveRow, openRow } from './rows.js';

const texts = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]';

/** Letters that press the visible button with this `data-action`. */
const actions = {
  a: 'accept',
  r: 'reject',
  e: 'escalate',
  h: 'hold',
  n: 'note',
  t: 'tag',
  z: 'undo',
  c: 'copy',
  g: 'graph',
  v: 'raw',
  u: 'queue',
  '.': 'next',
};

const press = (action) => {
  const found = [...document.querySelectorAll(`[data-action="${action}"]`)];
  const button = found.find((one) => !one.disabled && one.checkVisibility());
  if (!button) return false;
  button.focus();
  button.click();
  return true;
};

/** The list of keys, over the page that it was asked from. Closing it returns the focus. */
const showKeys = async () => {
  const open = document.querySelector('dialog.keymap[open]');
  if (open) return open.close();
  const part = await fetchPart('/console/keys');
  const dialog = part?.querySelector('dialog');
  if (!dialog) return location.assign('/console/keys');
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  return dialog.showModal();
};

const chooseReason = (list, key) => {
  const reason = list.querySelectorAll('.codes button:not(:disabled)')[Number(key) - 1];
  reason?.click();
  return reason !== undefined;
};

/** On a case, J and K lead to its neighbours in the queue. */
const move = (step, isChoosing) => {
  if (moveRow(step, isChoosing)) return true;
  const link = document.querySelector(`main.case a[rel="${step > 0 ? 'next' : 'prev'}"]`);
  link?.click();
  return Boolean(link);
};

const find = () => {
  const field = document.querySelector('input[type=search]');
  field?.focus();
  field?.select();
  return Boolean(field);
};

const openTab = (key) => {
  const tab = document.querySelectorAll('main.case .tabs a')[Number(key) - 1];
  tab?.click();
  return Boolean(tab);
};

/** Letters that press no button. Each returns whether it did anything. */
const own = {
  j: ({ shiftKey }) => move(1, shiftKey),
  k: ({ shiftKey }) => move(-1, shiftKey),
  x: () => chooseRow() ?? true,
  '/': find,
  '?': () => {
    void showKeys();
    return true;
  },
  Enter: ({ target }) => target === document.body && (openRow() ?? true),
  Escape: clearChosen,
};

const act = (event) => {
  const { key } = event;
  const letter = key.length === 1 ? key.toLowerCase() : key;
  const list = document.querySelector('.pop:popover-open:has(.codes)');
  if (list) return /^[1-9]$/.test(key) && chooseReason(list, key);
  if (document.querySelector(':popover-open')) return false;
  if (document.querySelector('dialog:modal')) return key === '?' && own['?']();
  if (event.shiftKey && letter === 'l') return flipTheme() ?? true;
  if (Object.hasOwn(own, letter)) return own[letter](event);
  if (event.shiftKey) return false;
  if (/^[1-9]$/.test(key)) return openTab(key);
  return Object.hasOwn(actions, letter) && press(actions[letter]);
};

/** Listens to the keys, unless the account has switched single letters off. */
export const startKeys = () => {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest(texts)) return;
    if (document.body.dataset.keys === 'off' && event.key !== 'Escape') return;
    if (act(event)) event.preventDefault();
  });
  document.addEventListener('click', (event) => {
    if (!event.target.closest('[data-action="keys"]')) return;
    event.preventDefault();
    void showKeys();
  });
};
