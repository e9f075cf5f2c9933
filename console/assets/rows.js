// The rows of the queue: the current one, those that are chosen, and the bar that acts on them.

const all = () => [...document.querySelectorAll('.queue tbody tr')];
const tickOf = (row) => row?.querySelector('input[type=checkbox]');
const currentIn = (rows) =>
  rows.findIndex((row) => row.contains(document.activeElement) || row.ariaCurrent === 'true');

const setCurrent = (rows, row) => {
  for (const other of rows) other.removeAttribute('aria-current');
  row.setAttribute('aria-current', 'true');
  row.querySelector('th a')?.focus();
};

/** Moves the focus by `step` rows; with `isChoosing` both rows are chosen. */
export const moveRow = (step, isChoosing) => {
  const rows = all();
  if (rows.length === 0) return false;
  const from = currentIn(rows);
  const to = from === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, from + step));
  if (isChoosing) {
    for (const row of [rows[from], rows[to]]) {
      const tick = tickOf(row);
      if (tick) tick.checked = true;
    }
    showChosen();
  }
  setCurrent(rows, rows[to]);
  return true;
};

/** Chooses the current row, or takes the choice back. */
export const chooseRow = () => {
  const rows = all();
  const tick = tickOf(rows[currentIn(rows)]);
  if (!tick) return;
  tick.checked = !tick.checked;
  showChosen();
};

/** Opens the current row, or the first one. */
export const openRow = () => {
  const rows = all();
  const row = rows[Math.max(0, currentIn(rows))];
  row?.querySelector('th a')?.click();
};

/** Chooses nothing. False when nothing was chosen. */
export const clearChosen = () => {
  const chosen = all().filter((row) => tickOf(row)?.checked);
  for (const row of chosen) tickOf(row).checked = false;
  showChosen();
  return chosen.length > 0;
};

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const exact = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** Sums by currency: amounts of two currencies never add up. */
const sumsOf = (rows, name) => {
  const sums = new Map();
  for (const { dataset } of rows) {
    sums.set(dataset.currency, (sums.get(dataset.currency) ?? 0) + Number(dataset[name]));
  }
  return [...sums];
};

const heldText = (held) => {
  if (held.length === 0) return '';
  const names = [...new Set(held.map(({ dataset }) => dataset.held))].join(', ');
  const are = held.length === 1 ? 'one is' : `${held.length} are`;
  return ` · ${are} being worked on by ${names} and left out`;
};

const sumText = (free, held) => {
  const amounts = sumsOf(free, 'amount').map(([code, sum]) => `${exact.format(sum)} ${code}`);
  const risks = sumsOf(free, 'risk').map(([code, sum]) => `${whole.format(sum)} ${code}`);
  const sum = amounts.length > 0 ? `${amounts.join(', ')}, at risk ${risks.join(', ')}` : '';
  return `${sum}${heldText(held)}`;
};

const orders = (count) => `${count} ${count === 1 ? 'order' : 'orders'}`;

/** Says how many are chosen, their sum and who is left out, before anything happens. */
function showChosen() {
  const bar = document.getElementById('bulk');
  if (!bar) return;
  const chosen = all().filter((row) => tickOf(row)?.checked);
  const held = chosen.filter(({ dataset }) => dataset.held !== undefined);
  const free = chosen.filter((row) => !held.includes(row));
  const put = (name, text) => {
    const place = bar.querySelector(`[data-bulk="${name}"]`);
    if (place) place.textContent = text;
  };
  put('count', `${chosen.length} chosen`);
  put('sum', sumText(free, held));
  put('accept', `Accept ${orders(free.length)}…`);
  put('reject', `Reject ${orders(free.length)}…`);
  put('assign', `Assign ${chosen.length}…`);
  for (const action of ['accept', 'reject']) {
    bar.querySelector(`[data-action="${action}"]`).disabled = free.length === 0;
  }
  const everything = document.querySelector('[data-choose-all]');
  if (!everything) return;
  everything.checked = chosen.length > 0 && chosen.length === all().length;
  everything.indeterminate = chosen.length > 0 && !everything.checked;
}

let lastTicked;

/** With Shift a click chooses all rows from the last one that was clicked. */
const chooseRange = (tick) => {
  const rows = all();
  const ends = [lastTicked, tick].map((one) => rows.findIndex((row) => tickOf(row) === one));
  if (ends.includes(-1)) return;
  for (const row of rows.slice(Math.min(...ends), Math.max(...ends) + 1)) {
    tickOf(row).checked = tick.checked;
  }
};

const onClick = (event) => {
  const { target } = event;
  if (target.closest('[data-bulk="clear"]')) clearChosen();
  if (target.matches('[data-choose-all]')) {
    for (const row of all()) tickOf(row).checked = target.checked;
    showChosen();
  }
  if (!target.matches('.queue tbody input[type=checkbox]')) return;
  if (event.shiftKey && lastTicked) chooseRange(target);
  lastTicked = target;
  showChosen();
};

/** Empty fields of a filter say nothing in an address. */
const dropEmpty = (event) => {
  if (!event.target.matches('[data-drop-empty]')) return;
  for (const [name, value] of [...event.formData]) {
    if (value === '') event.formData.delete(name);
  }
};

/** Takes over the rows of the queue. */
export const startRows = () => {
  document.addEventListener('click', onClick);
  document.addEventListener('formdata', dropEmpty);
  showChosen();
};
