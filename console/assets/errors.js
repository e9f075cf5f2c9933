// Pages that could not be shown: they try again by themselves, and their line can be copied.

const secondMs = 1000;

/** Counts down to the next try. The page is loaded anew only when the server is back. */
const tryAgain = (place) => {
  const everySeconds = Number(place.dataset.retrySeconds);
  let left = everySeconds;
  setInterval(async () => {
    left -= 1;
    place.textContent = `in ${Math.max(0, left)} s`;
    if (left !== 0) return;
    const answer = await fetch(location.href, { redirect: 'manual' }).catch(() => undefined);
    if (answer && answer.status !== 503) location.reload();
    left = everySeconds;
  }, secondMs);
};

/** Browsers refuse it without a secure connection or the reader's permission. */
const isCopied = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};

const copy = async (button) => {
  const words = (await isCopied(button.dataset.copy)) ? 'Copied' : 'The browser did not copy it';
  (button.querySelector('[role=status]') ?? button.lastChild).textContent = words;
  button.dataset.copied = 'true';
};

/** Serves the page of an error, and every button that copies. */
export const startErrors = () => {
  const place = document.querySelector('[data-retry-seconds]');
  if (place) tryAgain(place);
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-copy]');
    if (button) void copy(button);
  });
};
