// What happens elsewhere comes to this page. Nothing moves under the hand: a new case waits behind
// "3 new, show them", and a changed row changes in its place.
import { fetchPart } from './post.js';

const secondMs = 1000;
const newsEveryMs = 3 * secondMs;
const waitsMs = [5, 10, 20, 30].map((seconds) => seconds * secondMs);

let source;
let failures = 0;
let lostAt;
let newsTimer;
let waitTimer;

const newIds = new Set();
const newIdsMax = 100;

const page = () => document.querySelector('main:is([data-live], .case)');

/** Replaces the parts of this page that the answer has too, by their id. */
const replaceParts = (part) => {
  for (const fresh of [...part.querySelectorAll('[data-part]')]) {
    document.getElementById(fresh.id)?.replaceWith(fresh);
  }
};

/** Asks how many cases are new and what the counts are: at once, then every few seconds at most. */
const askNews = () => {
  const address = page()?.dataset.news;
  if (!address || newsTimer) return;
  newsTimer = setTimeout(async () => {
    newsTimer = undefined;
    const told = new URLSearchParams([...newIds].map((id) => ['case', id]));
    const part = await fetchPart(`${address}&${told}`).catch(() => undefined);
    if (part) replaceParts(part);
  }, newsEveryMs);
};

/** Puts a row's new content into its place. Its tick, its link and the focus stay. */
const replaceRow = (row, fresh) => {
  for (const { name } of [...row.attributes]) {
    if (name !== 'aria-current' && !fresh.hasAttribute(name)) row.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) row.setAttribute(name, value);
  for (const cell of fresh.querySelectorAll('td[data-c]')) {
    const place = row.querySelector(`td[data-c="${cell.dataset.c}"]`);
    if (place && cell.dataset.c !== 'tick') place.replaceWith(cell.cloneNode(true));
  }
};

const askRows = async (caseIds) => {
  const address = page()?.dataset.rows;
  const shown = caseIds.filter((id) => document.querySelector(`.queue tr[data-case-id="${id}"]`));
  if (!address || shown.length === 0) return;
  const search = new URLSearchParams(shown.map((id) => ['case', id]));
  const part = await fetchPart(`${address}?${search}`).catch(() => undefined);
  for (const fresh of part?.querySelectorAll('tr[data-case-id]') ?? []) {
    const row = document.querySelector(`.queue tr[data-case-id="${fresh.dataset.caseId}"]`);
    if (row) replaceRow(row, fresh);
  }
};

/** The mentions in the side, on a page that does not ask for news of its own. */
const askMentions = async (changed) => {
  const address = document.getElementById('side-mentions')?.dataset.count;
  const isNoted = Object.values(changed).some((kinds) => kinds.includes('noted'));
  if (!address || !isNoted || page()?.dataset.news) return;
  const part = await fetchPart(address).catch(() => undefined);
  if (part) replaceParts(part);
};

const shownCases = () =>
  [...document.querySelectorAll('.queue tr[data-case-id]')].map(({ dataset }) => dataset.caseId);

/** The case that is open hears of what others do to it; `detail.kinds` names it. */
const tellOpenCase = (changed) => {
  const open = document.querySelector('main.case[data-case-id]');
  const kinds = changed[open?.dataset.caseId];
  if (kinds) open.dispatchEvent(new CustomEvent('case-changed', { detail: { kinds } }));
};

/** Where a lost connection is reported: above the bar of a case, or where the page has a place. */
const line = () => {
  const known = document.getElementById('not-live');
  if (known || !page()) return known;
  const made = document.createElement('p');
  made.id = 'not-live';
  made.className = 'not-live';
  made.hidden = true;
  made.setAttribute('role', 'status');
  (document.querySelector('.decide') ?? page()).prepend(made);
  return made;
};

const showLost = (waitMs) => {
  lostAt ??= new Date();
  const since = lostAt.toLocaleTimeString('en-US', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const place = line();
  if (!place) return;
  place.hidden = false;
  place.textContent = `Not live since ${since}, tries again in ${waitMs / secondMs} s`;
};

/** A session that has ended never comes back by itself: this says so and leads to the sign-in. */
const hasSessionEnded = async () => {
  const address = page()?.dataset.news ?? '/console/keys';
  const headers = { 'HX-Request': 'true' };
  const answer = await fetch(address, { headers, redirect: 'manual' }).catch(() => undefined);
  const place = line();
  if (answer?.status !== 401 || !place) return false;
  const link = document.createElement('a');
  link.href = answer.headers.get('HX-Redirect') ?? '/console/sign-in';
  link.textContent = 'Sign in again';
  place.replaceChildren('Your session has ended. ', link);
  place.hidden = false;
  return true;
};

const onReady = () => {
  failures = 0;
  const place = line();
  if (place) place.hidden = true;
  // What happened while nobody listened, also between the page's answer and the first stream.
  void askRows(shownCases());
  lostAt = undefined;
  askNews();
};

const connect = () => {
  source?.close();
  source = new EventSource('/console/live');
  source.addEventListener('ready', onReady);
  source.addEventListener('new', ({ data }) => {
    for (const id of JSON.parse(data)) if (newIds.size < newIdsMax) newIds.add(id);
    askNews();
  });
  source.addEventListener('many', () => {
    askNews();
    void askRows(shownCases());
  });
  source.addEventListener('changed', ({ data }) => {
    const changed = JSON.parse(data);
    tellOpenCase(changed);
    void askMentions(changed);
    void askRows(Object.keys(changed));
    askNews();
  });
  source.addEventListener('error', () => void onLoss());
};

const onLoss = async () => {
  source.close();
  if (await hasSessionEnded()) return;
  const waitMs = waitsMs[Math.min(failures, waitsMs.length - 1)];
  failures += 1;
  showLost(waitMs);
  clearTimeout(waitTimer);
  waitTimer = setTimeout(connect, waitMs);
};

/** Follows what happens as long as the page is open. */
export const startLive = () => {
  if (!page()) return;
  connect();
  // A page that the browser keeps for "back" holds no connection.
  addEventListener('pagehide', () => source.close());
  addEventListener('pageshow', ({ persisted }) => persisted && connect());
};
