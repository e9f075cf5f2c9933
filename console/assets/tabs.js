// Which part of a case is on the screen: the tabs say it while the page scrolls.

const tabsOf = () => [...document.querySelectorAll('main.case .tabs a[href^="#"]')];
const boxOf = (tab) => document.getElementById(tab.hash.slice(1))?.getBoundingClientRect();

/** People read above the middle of what they see. */
const readAt = 0.4;

/** The tab that was pressed last: its part may be too near to the end to get there. */
let pressed;

/** What is seen of the parts, between the tabs and the decision bar. */
const seen = (tab) => {
  const startPx = Math.max(0, tab.closest('.tabs').getBoundingClientRect().bottom);
  const barPx = document.querySelector('main.case .decide')?.offsetHeight ?? 0;
  return { startPx, endPx: innerHeight - barPx };
};

const currentOf = ([first, ...others]) => {
  const { startPx, endPx } = seen(first);
  const chosen = others.find((tab) => tab === pressed);
  const box = chosen && boxOf(chosen);
  if (scrollY > 0 && box && box.bottom > startPx && box.top < endPx) return chosen;
  const linePx = startPx + (endPx - startPx) * readAt;
  const topOf = (tab) => boxOf(tab)?.top ?? Infinity;
  const lastPx = Math.max(...others.map(topOf).filter((top) => top <= linePx));
  // Of parts that stand side by side, the first.
  return others.find((tab) => topOf(tab) === lastPx) ?? first;
};

const showCurrent = () => {
  const tabs = tabsOf();
  if (tabs.length === 0) return;
  const current = currentOf(tabs);
  if (current !== pressed) pressed = undefined;
  for (const tab of tabs) tab.toggleAttribute('aria-current', false);
  current.setAttribute('aria-current', 'true');
};

let isAsked = false;

/** At most once a frame. */
const ask = () => {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    showCurrent();
  });
};

/** Follows the page of a case as it scrolls. */
export const startTabs = () => {
  document.addEventListener('scroll', ask, { passive: true });
  document.addEventListener('click', ({ target }) => {
    const tab = target.closest('main.case .tabs a[href^="#"]');
    if (!tab) return;
    pressed = tab;
    // From the start of the page the scrolling tells; a part that is in its place already does not.
    if (scrollY > 0) ask();
  });
};
