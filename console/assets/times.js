// Times near now keep up with the clock: `in 38 min`, `42 min late`, `1 h 06`.

const minuteMs = 60_000;
const hourMinutes = 60;
const dayMinutes = 24 * hourMinutes;
const everyMs = 15_000;
const soonMs = 30 * minuteMs;

/** As `lengthText` in `parts/format.tsx`. */
const lengthText = (ms) => {
  const minutes = Math.floor(Math.abs(ms) / minuteMs);
  if (minutes < 1) return '<1 min';
  if (minutes < hourMinutes) return `${minutes} min`;
  if (minutes >= 2 * dayMinutes) return `${Math.floor(minutes / dayMinutes)} d`;
  const rest = String(minutes % hourMinutes).padStart(2, '0');
  return `${Math.floor(minutes / hourMinutes)} h ${rest}`;
};

/** The last element of a time holds its words; a late one has a drawing before them. */
const wordsOf = (time) => time.querySelector('span:last-child') ?? time;

const showDue = (time, leftMs) => {
  const isLate = leftMs < 0;
  const late = time.querySelector('.out');
  // A case that has just become late gets its shape with the next answer of the server.
  const words = late?.querySelector('span') ?? wordsOf(time);
  words.textContent = isLate ? `${lengthText(leftMs)} late` : `in ${lengthText(leftMs)}`;
  if (!late) words.classList.toggle('soft', leftMs > soonMs);
};

const show = (nowMs) => {
  for (const time of document.querySelectorAll('time[data-near]')) {
    const atMs = Date.parse(time.dateTime);
    if (time.dataset.near === 'due') showDue(time, atMs - nowMs);
    else time.textContent = lengthText(nowMs - atMs);
  }
};

/** Rewrites near times twice a minute, by the server's clock. */
export const startTimes = () => {
  const servedMs = Date.parse(document.body.dataset.now ?? '');
  const aheadMs = Number.isNaN(servedMs) ? 0 : servedMs - Date.now();
  setInterval(() => show(Date.now() + aheadMs), everyMs);
};
