// The time in which a decision can be taken back, and the claim of the case that is open.
import { post } from './post.js';

const secondMs = 1000;
const ends = new WeakMap();

/** Counts a strip down by the clock, so that a tab that slept shows what is true. */
const countDown = (strip) => {
  const endMs = ends.get(strip) ?? Date.now() + Number(strip.dataset.undoSeconds) * secondMs;
  ends.set(strip, endMs);
  const left = Math.max(0, Math.ceil((endMs - Date.now()) / secondMs));
  strip.dataset.undoSeconds = String(left);
  const line = strip.querySelector('progress');
  if (line) line.value = left;
  const words = strip.querySelector('[data-undo-left]') ?? strip.querySelector('b');
  if (words) words.textContent = `${left} s`;
  if (left > 0) return;
  strip.removeAttribute('data-undo-seconds');
  strip.hidden = true;
  strip.dispatchEvent(new CustomEvent('undo-over', { bubbles: true }));
};

/** Keeps a claim while its case is on the screen; a claim that nobody keeps ends by itself. */
const keepClaim = async () => {
  const held = document.querySelector('[data-heartbeat]');
  if (!held || document.visibilityState !== 'visible') return;
  const answer = await post(held.dataset.heartbeat).catch(() => undefined);
  if (answer?.status === 409) {
    held.dispatchEvent(new CustomEvent('claim-lost', { bubbles: true }));
  }
};

/** Nobody need wait long for a case whose page was left; a page loaded again keeps its claim. */
const leaveClaim = () => {
  const held = document.querySelector('[data-heartbeat]');
  if (!held) return;
  const address = held.dataset.heartbeat.replace(/heartbeat$/, 'leave');
  void post(address, { keepalive: true }).catch(() => undefined);
};

const heartbeatMs = 30_000;

/** Starts both clocks. */
export const startUndo = () => {
  setInterval(() => {
    for (const strip of document.querySelectorAll('[data-undo-seconds]')) countDown(strip);
  }, secondMs);
  setInterval(() => void keepClaim(), heartbeatMs);
  addEventListener('pagehide', leaveClaim);
  addEventListener('pageshow', () => void keepClaim());
};
