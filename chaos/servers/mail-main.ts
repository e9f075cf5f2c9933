import { createServer } from 'node:http';
import { startMailSink } from '../../local/mail-sink.js';
import { readGiven, runServer } from './run-server.js';

const host = '127.0.0.1';
const given = readGiven(process.env);

// A mail server keeps what it has taken in files, and so survives its own end.
await runServer(async () => {
  const folder = given('SERVER_FOLDER');
  const sink = await startMailSink({ folder, port: Number(given('SERVER_PORT')) });
  const health = createServer((_request, response) => response.end());
  health.listen(Number(given('HEALTH_PORT')), host);
  return {
    close: async () => {
      health.close();
      await sink.stop();
    },
  };
});
