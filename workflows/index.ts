export { screenTransaction } from './screen-transaction.js';
