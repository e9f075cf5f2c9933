import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import { CallLog, parseJson } from './calls.js';
import { createDice, type Weather } from './dice.js';
import { toWire } from './fault-body.js';
import type { Fault, FaultPlan } from './faults.js';
import type { Partner, PartnerAnswer, PartnerRequest } from './partner.js';
import { gone, pause, send } from './wire.js';

const errorStatus = 500;

/** The fault replaces the partner's answer; a damaged body needs the real answer. */
const replacesAnswer = ({ status, body, fields }: Fault): boolean =>
  status !== undefined || (body === undefined && fields === undefined);

/** One partner at its mount point, with the calls that it received and its configured faults. */
export class MountedPartner {
  readonly calls: CallLog;
  readonly partner: Partner;
  #plan: FaultPlan | undefined;
  #weatherFor: ((path: string) => Weather) | undefined;

  constructor(partner: Partner, callsKept?: number) {
    this.partner = partner;
    this.calls = new CallLog(callsKept);
  }

  get plan(): FaultPlan | undefined {
    return this.#plan;
  }

  setPlan(plan: FaultPlan | undefined): void {
    this.#plan = plan;
    this.#weatherFor = plan === undefined ? undefined : createDice(plan);
  }

  #answer(request: PartnerRequest, fault: Fault | undefined): PartnerAnswer {
    if (fault === undefined || !replacesAnswer(fault)) return this.partner.answer(request);
    if (fault.actsFirst === true) this.partner.answer(request);
    return this.partner.failure(fault.status ?? errorStatus);
  }

  /**
   * Handles one call below `mount`. The partner processes it on arrival and answers after the
   * delay, so a client that times out in between loses the answer but not the effect.
   */
  async receive(c: Context<{ Bindings: HttpBindings }>, mount: string): Promise<Response> {
    const { incoming, outgoing } = c.env;
    const path = incoming.url ?? '/';
    const text = await c.req.text();
    const { headers } = c.req.raw;
    const { method } = c.req;
    const { delayMs, fault } = this.#weatherFor?.(path) ?? { delayMs: 0, fault: undefined };
    const answered = this.calls.add({ method, path, headers, text, fault });
    const isJson = /^application\/json\b/i.test(headers.get('content-type') ?? '');
    const json = isJson ? parseJson(text) : undefined;
    const answer = this.#answer({ method, path: path.slice(mount.length), headers, json }, fault);
    await pause(outgoing, delayMs);
    const connection = fault?.connection;
    switch (connection) {
      case 'reset':
        incoming.socket.resetAndDestroy();
        break;
      case 'hang':
        await gone(outgoing);
        break;
      case undefined:
        if (!outgoing.destroyed) answered(answer.status);
        await send(outgoing, toWire(answer, fault, this.partner.echoedField));
        break;
      default:
        connection satisfies never;
    }
    return RESPONSE_ALREADY_SENT;
  }
}
