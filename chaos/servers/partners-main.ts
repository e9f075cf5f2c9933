import { readGiven, runServer } from './run-server.js';
import { startPartners } from './start-partners.js';

// Sardine and Yleo.
await runServer(() => startPartners(readGiven(process.env)));
