import { Gauge, Registry } from 'prom-client';
import { breakerStates, type PartnerState } from '../contracts/v1/partners.js';
import { atPresent } from '../services/context.js';
import { listPartners } from '../services/partners/health.js';
import type { ApiDeps } from './deps.js';

type Deps = Pick<ApiDeps, 'db' | 'configuredPartners' | 'now' | 'logger'>;

/**
 * The partners' levers and breakers in the Prometheus text format, read from Postgres at each call.
 * Empty when Postgres does not answer, so that a scrape still gets all other metrics.
 */
export const createPartnerMetrics = (deps: Deps): (() => Promise<string>) => {
  const show = async (partners: readonly PartnerState[]): Promise<string> => {
    // One registry a call: a shared one would keep the last report of a worker that has ended.
    const registry = new Registry();
    const registers = [registry];
    const on = new Gauge({
      name: 'verdict_partner_on',
      help: "1 while the operators' lever of the partner is on.",
      labelNames: ['partner'] as const,
      registers,
    });
    const breakers = new Gauge({
      name: 'verdict_partner_breaker',
      help: "1 for the present state of the partner's breaker, the worst of all workers.",
      labelNames: ['partner', 'state'] as const,
      registers,
    });
    for (const { name: partner, state, breaker } of partners) {
      on.set({ partner }, state === 'on' ? 1 : 0);
      if (breaker === null) continue;
      for (const one of breakerStates) {
        breakers.set({ partner, state: one }, one === breaker ? 1 : 0);
      }
    }
    return registry.metrics();
  };
  return async () => {
    try {
      const query = { configured: deps.configuredPartners };
      return await show(await listPartners(atPresent(deps), query));
    } catch (error) {
      deps.logger.warn({ err: error }, 'the metrics of partners are left out');
      return '';
    }
  };
};
