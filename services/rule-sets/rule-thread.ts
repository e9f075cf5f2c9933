import { parentPort } from 'node:worker_threads';
import type { ThreadAnswer } from './guard.js';
import { readWrittenText } from './read-text.js';

const answer = (text: string): ThreadAnswer => {
  const read = readWrittenText(text);
  const { doubts } = read;
  return 'problems' in read
    ? { kind: 'refused', problems: read.problems, listReads: read.listReads ?? [], doubts }
    : { kind: 'valid', hash: read.ruleSet.hash, listReads: read.listReads, doubts };
};

parentPort?.on('message', (text: string) => parentPort?.postMessage(answer(text), []));
parentPort?.postMessage('ready', []);
