// What the page of a case does besides keys, focus and the undo strip.
import { startGraph } from './graph.js';
import { post } from './post.js';

const ownActMs = 3000;
let actedAt = 0;

/** Reads the open case anew, in its place. */
const readAnew = (open) => {
  actedAt = Date.now();
  const { href } = open.querySelector('[data-action="read-anew"]');
  window.htmx?.ajax('GET', href, {
    target: '#main',
    swap: 'outerHTML',
  });
};

const words = {
  claimed: 'somebody claimed it',
  released: 'it was released',
  escalated: 'its escalation changed',
  held: 'its hold changed',
  noted: 'a note was added',
  tagged: 'its tags changed',
  checked: 'its checklist changed',
  decision_pending: 'somebody decided it',
  decision_undone: 'a decision was taken back',
  decision_failed: 'a decision could not be applied',
  verdict: 'it has a verdict',
  settled: 'OMS acted on it',
  late_vote: 'a partner answered',
};

/** Says what others did. Nothing moves under the hand: the reader asks for the new state. */
const tellChange = (event) => {
  if (Date.now() - actedAt < ownActMs) return;
  const open = event.target.closest('main.case');
  const place = open?.querySelector('[data-changed]');
  if (!place) return;
  const told = (event.detail.kinds ?? []).map((kind) => words[kind]).filter(Boolean);
  if (told.length === 0) return;
  place.querySelector('[data-changed-words]').textContent = `${told.join(', ')}.`;
  place.hidden = false;
};

const readAnewOnClick = (event) => {
  const button = event.target.closest('[data-action="read-anew"]');
  if (!button) return;
  event.preventDefault();
  readAnew(button.closest('main.case'));
};

/** Ctrl Enter sends the note that is being written. */
const sendNote = (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.target.closest('form.pop')?.requestSubmit();
};

/** While somebody chooses a reason, the server reads ahead what the next case shows. */
const prepareNext = ({ target, newState }) => {
  const open = target.closest?.('main.case');
  if (newState !== 'open' || !open || !target.querySelector('.codes')) return;
  void post(`/console/cases/${open.dataset.caseId}/prepare`).catch(() => undefined);
};

/** Starts what only the page of a case needs. */
export const startCase = () => {
  startGraph();
  document.addEventListener('case-changed', tellChange, true);
  document.addEventListener('toggle', prepareNext, true);
  document.addEventListener('click', readAnewOnClick);
  document.addEventListener('keydown', sendNote);
  document.addEventListener('htmx:beforeRequest', ({ detail }) => {
    if (detail.requestConfig.verb !== 'get') actedAt = Date.now();
  });
  // The claim is lost, or the time for an undo is over: the page shows what is true now.
  for (const name of ['claim-lost', 'undo-over']) {
    document.addEventListener(name, ({ target }) => {
      const open = target.closest?.('main.case');
      const isOwn = name === 'claim-lost' || target.dataset.undoCase === open?.dataset.caseId;
      if (open && isOwn) readAnew(open);
    });
  }
};
