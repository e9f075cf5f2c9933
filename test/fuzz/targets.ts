import type { Target } from './target.js';
import { aifi } from './targets/aifi.js';
import { answers } from './targets/answers.js';
import { codecPayloads } from './targets/codec.js';
import { edge } from './targets/edge.js';
import { files } from './targets/files.js';
import { orders } from './targets/orders.js';
import { ruleTexts } from './targets/rule-texts.js';
import { settings } from './targets/settings.js';

/** Every wire format that is fuzzed without a database. */
export const targets: readonly Target[] = [
  edge,
  orders,
  aifi,
  files,
  ruleTexts,
  settings,
  codecPayloads,
  answers,
];
