// What every page of the console does in the browser. Each page works without it by mouse and Tab.
import { startCase } from './case.js';
import { startErrors } from './errors.js';
import { startFocus } from './focus.js';
import { startKeys } from './keys.js';
import { startLive } from './live.js';
import { flipTheme, keepZone } from './preferences.js';
import { startRows } from './rows.js';
import { startTabs } from './tabs.js';
import { startTimes } from './times.js';
import { startUndo } from './undo.js';

keepZone();
startCase();
startErrors();
startFocus();
startKeys();
startLive();
startRows();
startTabs();
startTimes();
startUndo();

document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-theme-switch]')) return;
  event.preventDefault();
  flipTheme();
});

// Where the side is a strip, the page's own link may be out of sight.
document.querySelector('.nav [aria-current]')?.scrollIntoView({ block: 'nearest' });
