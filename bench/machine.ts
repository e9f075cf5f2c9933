import { cpus, loadavg, totalmem } from 'node:os';

/** The properties of the machine that figures depend on; nothing that identifies the host. */
export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly cpus: number;
  readonly memoryGb: number;
  /** Load average over one minute before the benchmark: near 0 on an idle machine. */
  readonly loadBefore: number;
}

export const describeMachine = (): Machine => ({
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  cpus: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
});
