import { startMailSink } from './mail-sink.js';
import type { Exit } from './managed-process.js';
import type { Part } from './supervisor.js';

/** A mail sink in this process. Calls `onUrl` with its URL before the part counts as ready. */
export const mailPart = (
  sink: { readonly port: number; readonly folder: string },
  onUrl: (url: string) => void,
): Part => ({
  name: 'mail',
  needs: [],
  start: async () => {
    const { port, stop } = await startMailSink(sink);
    onUrl(`smtp://127.0.0.1:${port}`);
    let end = (_exit: Exit): void => undefined;
    const exited = new Promise<Exit>((resolve) => {
      end = resolve;
    });
    return {
      exited,
      stop: async () => {
        await stop();
        end({ ok: true, reason: 'stopped' });
      },
    };
  },
});
