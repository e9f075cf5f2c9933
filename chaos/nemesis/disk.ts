import type { Fault } from './fault.js';

/** Faults of the disk that holds `VAR_DIR`. */
export const diskFaults: readonly Fault[] = [
  {
    name: 'full disk',
    lasts: [1000, 6000],
    begin: ({ stack: { disk } }) => {
      if (disk === undefined) throw new Error('this user may not mount a disk of limited size');
      disk.fill();
      return { heal: () => disk.free() };
    },
  },
];
