// Runs in every page of the measured browser: notes each press that leads to another case, and when
// that case has been painted. The press is kept over a change of the document.
(() => {
  const kept = 'bench.pressed';
  const leading = new Set(['1', 'j']);
  const shown = () => document.querySelector('main.case')?.dataset.caseId;

  /** How long the answer with the case took, from its request to its last byte. */
  const answeredMs = () => {
    const isPage = ({ name }) => /\/cases\/([\w-]+(\/decision)?|next)(\?.*)?$/.test(name);
    const answers = performance.getEntriesByType('resource').filter(isPage);
    const last = answers.at(-1) ?? performance.getEntriesByType('navigation')[0];
    return last.responseEnd - last.startTime;
  };

  const tellPainted = (pressedAt) => {
    const paintedMs = performance.timeOrigin + performance.now() - pressedAt;
    const told = JSON.stringify({ paintedMs, answeredMs: answeredMs() });
    document.documentElement.dataset.benchPainted = told;
  };

  // What is posted within a frame arrives after its paint.
  const follow = ({ pressedAt, caseId }) =>
    requestAnimationFrame(() => {
      const now = shown();
      if (now === undefined || now === caseId) return follow({ pressedAt, caseId });
      sessionStorage.removeItem(kept);
      const channel = new MessageChannel();
      channel.port1.addEventListener('message', () => tellPainted(pressedAt), { once: true });
      channel.port1.start();
      return channel.port2.postMessage(undefined);
    });

  const before = sessionStorage.getItem(kept);
  if (before !== null) follow(JSON.parse(before));

  const note = ({ key, timeStamp }) => {
    if (!leading.has(key)) return;
    delete document.documentElement.dataset.benchPainted;
    performance.clearResourceTimings();
    const press = { pressedAt: performance.timeOrigin + timeStamp, caseId: shown() };
    sessionStorage.setItem(kept, JSON.stringify(press));
    follow(press);
  };
  addEventListener('keydown', note, { capture: true });
})();
