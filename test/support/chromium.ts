import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { makeTempDir } from './temp-dir.js';

/** A browser program, ready to start. */
export interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Removes what was unpacked for it. */
  readonly remove: () => void;
}

/** Without a sandbox, as root and containers have none; the pages are our own. */
const args = ['--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--font-render-hinting=none'];

/** Where installers put Chrome and Chromium. */
const installed = [
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/** Fixed fonts, so that a page has the same layout on every machine. */
const fontsConfiguration = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/font-cache</cachedir>
  ${['system-ui', 'sans-serif', 'Inter', 'Segoe UI']
    .map((name) => `<alias binding="strong"><family>${name}</family><prefer>`)
    .map((start) => `${start}<family>Open Sans</family></prefer></alias>`)
    .join('\n  ')}
</fontconfig>
`;

/**
 * The package unpacks into the temporary folder, and its libraries only where it believes itself in
 * a Lambda function. It reads both variables before it first waits, so nobody else sees them.
 */
const unpackInto = async (folder: string): Promise<string> => {
  const before = { ...process.env };
  process.env['TMPDIR'] = folder;
  process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs22';
  const unpacked = sparticuz.executablePath();
  for (const name of ['TMPDIR', 'AWS_LAMBDA_JS_RUNTIME']) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  return unpacked;
};

/** The Chromium that comes with `npm ci`; it is built for Linux on x64. */
const unpackChromium = async (): Promise<Program> => {
  const temporary = makeTempDir();
  const folder = temporary.path;
  const remove = () => temporary.remove();
  try {
    const path = await unpackInto(folder);
    const fontsFile = join(folder, 'fonts', 'fonts.conf');
    writeFileSync(fontsFile, fontsConfiguration(folder));
    const env = {
      FONTCONFIG_FILE: fontsFile,
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      HOME: folder,
    };
    return { path, args: ['--headless=shell', '--no-zygote', ...args], env, remove };
  } catch (error) {
    remove();
    throw error;
  }
};

/** Every browser that may be tried on this machine, the preferred one first. */
export const findPrograms = (): readonly (() => Promise<Program>)[] => [
  ...(process.platform === 'linux' && process.arch === 'x64' ? [unpackChromium] : []),
  ...installed
    .filter((path) => existsSync(path))
    .map((path) => async () => ({ path, args, env: {}, remove: () => undefined })),
];
