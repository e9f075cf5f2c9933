import { startSimulators } from '../../simulators/server.js';
import type { readGiven } from './run-server.js';

/** More than a storm of half an hour sends to one partner. */
const callsKept = 200_000;

/** Partners that forget nothing when they are killed. */
export const startPartners = (given: ReturnType<typeof readGiven>) =>
  startSimulators({
    port: Number(given('SERVER_PORT')),
    credentials: {
      SARDINE_CLIENT_ID: given('SARDINE_CLIENT_ID'),
      SARDINE_CLIENT_SECRET: given('SARDINE_CLIENT_SECRET'),
    },
    oms: { token: given('OMS_TOKEN') },
    ...{ callsKept, journalFolder: given('SERVER_FOLDER') },
  });
