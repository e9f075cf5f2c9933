import { createLogger } from '../../runtime/logger.js';

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
logger.error({ err: new Error(marker, { cause: new Error(marker) }) }, 'failed');
logger.child({ round: 1, ...personal }).info('child');
logger.debug('not shown');
logger.info('end');
