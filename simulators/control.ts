import { Hono } from 'hono';
import type { ApiErrors } from '../contracts/errors.js';
import { parseWire } from '../contracts/faults.js';
import { parseJson } from './calls.js';
import { breaksEcho, FaultPlan } from './faults.js';
import { type PartnerName, partnerNames } from './partner.js';
import type { MountedPartner } from './mounted-partner.js';

const invalidJson: ApiErrors = [{ error: 'invalid_json', message: 'the body is not JSON' }];

const noEcho: ApiErrors = [
  { error: 'invalid_value', message: '$ names wrong-echo, but this partner echoes nothing' },
];

/** The routes that control the simulators: `/_faults/{partner}` and `/_calls/{partner}`. */
export const controlRoutes = (mounted: Readonly<Record<PartnerName, MountedPartner>>): Hono => {
  const app = new Hono();
  for (const name of partnerNames) {
    const partner = mounted[name];
    app.put(`/_faults/${name}`, async (c) => {
      const json = parseJson(await c.req.text());
      if (json === undefined) return c.json(invalidJson, 400);
      const plan = parseWire(FaultPlan, json);
      if (!plan.ok) return c.json(plan.faults, 400);
      if (breaksEcho(plan.value) && partner.partner.echoedField === undefined) {
        return c.json(noEcho, 400);
      }
      partner.setPlan(plan.value);
      return c.json(plan.value);
    });
    app.get(`/_faults/${name}`, (c) => c.json(partner.plan ?? {}));
    app.delete(`/_faults/${name}`, (c) => {
      partner.setPlan(undefined);
      return c.body(null, 204);
    });
    app.get(`/_calls/${name}`, (c) => {
      c.header('x-total-count', String(partner.calls.total));
      return c.json(partner.calls.list());
    });
    app.delete(`/_calls/${name}`, (c) => {
      partner.calls.clear();
      return c.body(null, 204);
    });
  }
  return app;
};
