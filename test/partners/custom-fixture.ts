import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { createCustom } from '../../partners/custom/client.js';
import { Secret } from '../../runtime/secret.js';
import { patientGuard } from '../support/settings-file.js';
import { settingsWith } from './fixture.js';
import type { Alarmed } from './guard-fixture.js';

/** The settings in docs/partners/custom.md, in the same order. */
export const documented = (): readonly Record<string, unknown>[] =>
  [...readFileSync('docs/partners/custom.md', 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(
    ([, text = '']) => (parse(text) as { custom: Record<string, unknown> }).custom,
  );

/** Reads the field `decision` and sends the least that identifies the order. */
export const plain = {
  body: { orderId: '$order.id', email: '$customer.email' },
  vote: 'answer.decision',
};

export const secret = 'user:s3cret';

/** A client of the generic partner, and the alarms that it has raised. */
export const createClient = (baseUrl: string, custom: Record<string, unknown> = plain) => {
  const alarms: Alarmed[] = [];
  const client = createCustom({
    baseUrl,
    secret: new Secret(secret),
    settings: settingsWith({ custom: { guard: patientGuard, ...custom } }),
    pseudonymOf: (purpose, value) => `${purpose}-${value.length}`,
    alarm: (code, fields) => void alarms.push([code, fields?.partner]),
  });
  return { client, alarms };
};
