// What every page of the console does in the browser. Each page works without it by mouse and Tab.
import { flipTheme, keepZone } from './preferences.js';

keepZone();

document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-theme-switch]')) return;
  event.preventDefault();
  flipTheme();
});
