import { readGiven, runServer } from './run-server.js';
import { startPartners } from './start-partners.js';

// OMS, in a process of its own: it may die while Sardine and Yleo live.
await runServer(() => startPartners(readGiven(process.env)));
