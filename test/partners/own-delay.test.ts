import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Child, startChild } from '../support/child.js';
import type { Asked, Told } from './fixtures/ask-yleo.js';
import { createPartner } from './guard-fixture.js';
import type { TestServer } from './http-server.js';

/** More than ten times what opens the breaker of the settings. */
const many = 60;

/** Longer than a check may take, and than what counts as a pause. */
const stoppedMs = 1_500;

let partner: ReturnType<typeof createPartner>;
let server: TestServer;
let child: Child;

beforeEach(async () => {
  partner = createPartner();
  server = await partner.listen();
  child = startChild('test/partners/fixtures/ask-yleo.ts', { YLEO_URL: server.url });
  await child.printed('ready');
});

afterEach(async () => {
  child.process.kill('SIGCONT');
  await child.end('SIGKILL');
  await server.close();
});

const ask = async (checks: number, mode: Asked['mode'] = 'answer'): Promise<Told> => {
  child.process.send({ checks, mode } satisfies Asked);
  const [told] = (await once(child.process, 'message')) as [Told];
  return told;
};

/** Stops the process for a while; `meanwhile` is what happens elsewhere in that time. */
const stopped = async (meanwhile: () => void = () => undefined): Promise<void> => {
  child.process.kill('SIGSTOP');
  meanwhile();
  await pause(stoppedMs);
  child.process.kill('SIGCONT');
};

const words = (told: Told): ReadonlySet<string> => new Set(told.words);

describe('while our own process does not run', () => {
  it('silence is no failure of the partner, however many checks were under way', async () => {
    const held = partner.hold();
    const asked = ask(many);
    await held.arrived(many);
    await stopped();
    const told = await asked;
    expect(words(told)).toEqual(new Set(['own delay']));
    expect(told.breaker).toBe('closed');
    expect(child.lines).toEqual(['ready']);
  });

  it('an answer that comes is an answer, though it is read late', async () => {
    const held = partner.hold();
    const asked = ask(many);
    const waiting = await held.arrived(many);
    await stopped(() => {
      for (const end of waiting) end(400);
    });
    expect(await asked).toEqual({ words: Array<string>(many).fill('refused'), breaker: 'closed' });
  });

  it('a connection that breaks says nothing either, nor do those used just after', async () => {
    partner.set(400);
    await ask(many);
    const held = partner.hold();
    const asked = ask(many);
    await held.arrived(many);
    let closed: Promise<void> | undefined;
    await stopped(() => {
      closed = server.close();
    });
    expect((await asked).breaker).toBe('closed');
    await closed;
    expect((await ask(many)).breaker).toBe('closed');
  });

  it('a breaker that had just opened closes, and the partner is called again', async () => {
    partner.set(500);
    expect((await ask(many)).breaker).toBe('open');
    partner.set(400);
    await stopped();
    expect(await ask(1)).toEqual({ words: ['refused'], breaker: 'closed' });
  });
});

describe('while our own process runs', () => {
  it('a partner that does not answer for as long opens its breaker', async () => {
    partner.hold();
    const told = await ask(many);
    // A busy machine may stall it all the same: a few checks then prove nothing.
    expect(words(told)).toContain('timeout');
    expect(told.breaker).toBe('open');
    expect(child.lines).toEqual(['ready', 'alarm partner_breaker_open']);
  });

  it('a partner that still does not answer after a pause of ours opens it a second later', async () => {
    partner.hold();
    await stopped();
    expect((await ask(many)).breaker).toBe('closed');
    await pause(1_000);
    expect((await ask(many)).breaker).toBe('open');
  });
});
