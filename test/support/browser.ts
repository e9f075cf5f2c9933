import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findPrograms, type Program } from './chromium.js';

export interface PageOptions {
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** A real browser that watches its pages. */
export interface TestBrowser {
  /** Opens a page with cookies of its own; relative addresses lead to `origin`. */
  readonly open: (origin: string, options?: PageOptions) => Promise<Page>;
  /**
   * Errors in the console, exceptions, and requests that left their origin, since the last call.
   * Those that match `expected` are left out.
   */
  readonly takeFaults: (expected?: RegExp) => string[];
  /** Ends the browser's processes and removes what was unpacked for it. */
  readonly close: () => Promise<void>;
}

/** No browser can be had on this machine; the message says what was tried. */
export class NoBrowser extends Error {
  override readonly name = 'NoBrowser';
}

const launchTimeoutMs = 30_000;
/** What a page waits for at most: a busy machine takes its time. */
const pageTimeoutMs = 30_000;

const launch = async (program: Program): Promise<Browser> => {
  try {
    return await chromium.launch({
      executablePath: program.path,
      // Nothing but this machine resolves, so that no page can reach another one.
      args: [...program.args, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
      env: { PATH: process.env['PATH'] ?? '', ...program.env },
      timeout: launchTimeoutMs,
    });
  } catch (error) {
    program.remove();
    throw error;
  }
};

const startAny = async (): Promise<{ browser: Browser; program: Program }> => {
  const reasons: string[] = [];
  for (const find of findPrograms()) {
    try {
      const program = await find();
      return { program, browser: await launch(program) };
    } catch (error) {
      reasons.push(String(error).split('\n')[0] ?? '');
    }
  }
  const tried = reasons.length === 0 ? 'none is installed' : reasons.join('; ');
  throw new NoBrowser(`No browser can be started: ${tried}. Install Chrome or Chromium.`);
};

/** Reports every fault of the context's pages to `tell`. */
const watch = (context: BrowserContext, origin: string, tell: (fault: string) => void): void => {
  context.on('console', (message) => {
    if (message.type() !== 'error') return;
    tell(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (thrown) => tell(`exception: ${String(thrown.error())}`));
  context.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(origin).origin) {
      tell(`left its origin: ${request.url()}`);
    }
  });
};

/** Starts a browser. Throws `NoBrowser` where none can be had. */
export const startBrowser = async (): Promise<TestBrowser> => {
  const { browser, program } = await startAny();
  // Also where a run ends before it closes the browser.
  process.once('exit', program.remove);
  let faults: string[] = [];
  return {
    open: async (origin, { theme = 'light', width = 1440, height = 900 } = {}) => {
      const context = await browser.newContext({
        baseURL: origin,
        colorScheme: theme,
        reducedMotion: 'reduce',
        viewport: { width, height },
      });
      context.setDefaultTimeout(pageTimeoutMs);
      watch(context, origin, (fault) => faults.push(fault));
      return context.newPage();
    },
    takeFaults: (expected) => {
      const taken = faults.filter((fault) => expected?.test(fault) !== true);
      faults = [];
      return taken;
    },
    close: async () => {
      await browser.close();
      process.off('exit', program.remove);
      program.remove();
    },
  };
};
