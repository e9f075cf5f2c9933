// How this browser shows the console. The server reads the cookies: its first byte is right.
const yearSeconds = 31_536_000;

/** Keeps a preference in a cookie that the server reads. */
export const keep = (name, value) => {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  const kept = `Path=/console; Max-Age=${yearSeconds}; SameSite=Lax${secure}`;
  document.cookie = `${name}=${value}; ${kept}`;
};

const isDark = () =>
  (document.documentElement.dataset.theme ??
    (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';

/** Changes between light and dark at once, and keeps the choice. */
export const flipTheme = () => {
  const theme = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  keep('verdict_theme', theme);
};

/** Tells the server the reader's time zone, for the next page. */
export const keepZone = () => {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  if (timeZone) keep('verdict_zone', timeZone);
};
