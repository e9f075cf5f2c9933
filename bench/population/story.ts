import type { Random } from '../../local/demo/random.js';
import type { Draft } from './draft.js';
import type { World } from './world.js';

/** All orders of one customer, or of one campaign, over the whole period; in any order. */
export type Story = (world: World, random: Random) => readonly Draft[];
