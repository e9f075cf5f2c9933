import { customers } from './customers.js';
import type { Random } from './random.js';
import { rings } from './rings.js';
import type { Scene, ScriptedOrder } from './scene.js';
import { strangers } from './strangers.js';

export const scenes: readonly Scene[] = [...rings, ...customers, ...strangers];

export interface SceneOrder extends ScriptedOrder {
  readonly story: string;
}

/**
 * The orders of all scenes, mixed. Those of one scene keep their order and stand apart, as rules
 * count what came before.
 */
export const mixScenes = (random: Random): SceneOrder[] =>
  scenes
    .flatMap(({ name, write }) =>
      write(random).map((scripted, index, { length }) => ({
        place: (index + random.next()) / length,
        order: { ...scripted, story: name },
      })),
    )
    .toSorted((one, other) => one.place - other.place)
    .map(({ order }) => order);
