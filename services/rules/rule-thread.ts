import { parentPort } from 'node:worker_threads';
import { readRuleText } from '../rule-sets/read-text.js';
import type { ThreadAnswer } from './thread-answer.js';

const answer = (text: string): ThreadAnswer => {
  const read = readRuleText(text);
  return 'problems' in read
    ? { kind: 'refused', problems: read.problems, listReads: read.listReads ?? [] }
    : { kind: 'valid', hash: read.ruleSet.hash, listReads: read.listReads };
};

parentPort?.on('message', (text: string) => parentPort?.postMessage(answer(text), []));
parentPort?.postMessage('ready', []);
