import { runPart } from '../../runtime/run-part.js';

// A process that starts well and fails later, in a callback that nobody awaits.
runPart(async () => {
  setTimeout(() => {
    throw new TypeError('the card 4111111111111111 was not expected');
  }, 1);
});
