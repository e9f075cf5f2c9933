import { createLogger } from '../../runtime/logger.js';
import { warnUnlessEnding } from '../../worker/repeat.js';

// Run as a process of its own: logs what must never be readable in a log.
const marker = 'Zq7';
const personal = {
  cardNumber: marker,
  authCode: marker,
  emailAddress: marker,
  authorization: marker,
  body: marker,
};
const logger = createLogger('test', 'info');
logger.info({ transactionId: 'tx_1', ...personal }, 'flat');
logger.info({ headers: personal, creditCard: personal }, 'nested');
const code = 'ECONNRESET';
const fault = Object.assign(new Error(marker, { cause: new Error(marker) }), { code });
logger.error({ err: fault }, 'failed');
const warn = warnUnlessEnding({ logger, signal: new AbortController().signal }, 'a loop failed');
warn(Object.assign(new TypeError(marker), { code }));
logger.child({ round: 1, ...personal }).info('child');
logger.debug('not shown');
logger.info('end');
