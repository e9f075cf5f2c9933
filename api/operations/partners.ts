import { z } from 'zod';
import { votingPartners } from '../../contracts/policy.js';
import { PartnerList, PartnerState, PartnerSwitch } from '../../contracts/v1/partners.js';
import { listPartners } from '../../services/partners/health.js';
import { switchPartner } from '../../services/partners/levers.js';
import type { ApiContext } from '../context.js';
import { fault } from '../faults.js';
import { operation, pathPart, proposed } from '../operation.js';

const tag = 'Partners';

const partner = pathPart(z.enum(votingPartners), "The partner's name.", 'no such partner');

const list = ({ db, configuredPartners, now }: ApiContext) =>
  listPartners(db, { configured: configuredPartners, now: now() });

/** The operators' levers, and what the workers say of each partner. */
export const partnerOperations = [
  operation({
    method: 'get',
    path: '/v1/partners',
    tag,
    summary: 'List the partners: lever, breaker and latency as the live workers report them.',
    roles: ['operator', 'analyst'],
    answer: PartnerList,
    returns: 'Every partner, asked or not.',
    handle: async (context) => ({ partners: await list(context) }),
  }),
  operation({
    method: 'put',
    path: '/v1/partners/{name}',
    tag,
    summary: 'Switch a partner on or off for every banner.',
    roles: ['operator'],
    params: { name: partner },
    body: PartnerSwitch,
    examples: { off: { state: 'off', reason: 'answers are wrong since noon' } },
    proposes: true,
    answer: PartnerState,
    returns: 'The partner as it stands now.',
    handle: async (context, { params: { name }, body, holder }) => {
      const change = { partner: name, lever: body, now: context.now() };
      const switched = await switchPartner(context, holder, change);
      if (switched.kind === 'proposed') return proposed(switched);
      await context.controls.refresh();
      const state = (await list(context)).find((one) => one.name === name);
      if (state === undefined) throw fault(404, 'not_found', 'no such partner');
      return state;
    },
  }),
];
