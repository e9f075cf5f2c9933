import type { IncomingMessage, ServerResponse } from 'node:http';
import { CallLog, parseJson } from './calls.js';
import { createDice, type Weather } from './dice.js';
import { toWire } from './fault-body.js';
import type { Fault, FaultPlan } from './faults.js';
import type { Journal, JournalCall } from './journal.js';
import type { Partner, PartnerAnswer, PartnerRequest, RequestHeaders } from './partner.js';
import { gone, headersOf, pause, send } from './wire.js';

const errorStatus = 500;

/** The fault replaces the partner's answer; a damaged body needs the real answer. */
const replacesAnswer = ({ status, body, fields }: Fault): boolean =>
  status !== undefined || (body === undefined && fields === undefined);

/** What a partner keeps. */
interface Kept {
  /** How many of its latest calls; 10,000 by default. */
  readonly calls?: number | undefined;
  /** With it the partner goes on after the end of its process as if nothing had happened. */
  readonly journal?: Journal | undefined;
}

const jsonOf = (headers: RequestHeaders, text: string): unknown =>
  /^application\/json\b/i.test(headers['content-type'] ?? '') ? parseJson(text) : undefined;

/** One partner at its mount point, with the calls that it received and its configured faults. */
export class MountedPartner {
  readonly calls: CallLog;
  readonly partner: Partner;
  readonly #mount: string;
  readonly #journal: Journal | undefined;
  #plan: FaultPlan | undefined;
  #weatherFor: ((path: string) => Weather) | undefined;

  constructor(partner: Partner, mount: string, { calls, journal }: Kept = {}) {
    this.partner = partner;
    this.#mount = mount;
    this.calls = new CallLog(calls);
    this.#journal = journal;
    for (const call of journal?.earlier ?? []) this.#recall(call);
  }

  /** Does once more what an earlier process did, and only that, so that it is remembered. */
  #recall({ method, path, text, acted, ...call }: JournalCall): void {
    const { headers } = call;
    this.calls.add({ method, path, headers, text, fault: undefined }, call);
    const json = jsonOf(headers, text);
    if (acted) this.partner.answer({ method, path: path.slice(this.#mount.length), headers, json });
  }

  get plan(): FaultPlan | undefined {
    return this.#plan;
  }

  setPlan(plan: FaultPlan | undefined): void {
    this.#plan = plan;
    this.#weatherFor = plan === undefined ? undefined : createDice(plan);
  }

  /** The answer, and whether the partner has acted. */
  #answer(request: PartnerRequest, fault: Fault | undefined): [PartnerAnswer, boolean] {
    if (fault === undefined || !replacesAnswer(fault)) return [this.partner.answer(request), true];
    const acts = fault.actsFirst === true;
    if (acts) this.partner.answer(request);
    return [this.partner.failure(fault.status ?? errorStatus), acts];
  }

  /**
   * Handles one call below its mount, whose body is `text`. The partner processes it on arrival and
   * answers after the delay, so a client that times out in between loses the answer but not the
   * effect.
   */
  async receive(incoming: IncomingMessage, outgoing: ServerResponse, text: string): Promise<void> {
    const { method = 'GET', url: path = '/' } = incoming;
    const headers = headersOf(incoming);
    const { delayMs, fault } = this.#weatherFor?.(path) ?? { delayMs: 0, fault: undefined };
    const answered = this.calls.add({ method, path, headers, text, fault });
    const request = { method, path: path.slice(this.#mount.length), headers };
    const [answer, acted] = this.#answer({ ...request, json: jsonOf(headers, text) }, fault);
    const journaled = this.#journal?.add({
      ...{ method, path, headers, text, acted, receivedAt: new Date().toISOString() },
    });
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
        if (!outgoing.destroyed) {
          answered(answer.status);
          journaled?.(answer.status);
        }
        await send(outgoing, toWire(answer, fault, this.partner.echoedField));
        break;
      default:
        connection satisfies never;
    }
  }
}
