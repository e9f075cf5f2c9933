import { z } from 'zod';
import { votingPartners } from '../../contracts/voting-partners.js';
import { PartnerList, PartnerState, PartnerSwitch } from '../../contracts/v1/partners.js';
import { listPartners } from '../../services/partners/health.js';
import { switchPartner } from '../../services/partners/levers.js';
import type { CallContext } from '../context.js';
import { fault } from '../faults.js';
import { get, pathPart, proposed, put, tagged } from '../operation.js';

const partner = pathPart(z.enum(votingPartners), "The partner's name.", 'no such partner');

const list = (context: CallContext) =>
  listPartners(context, { configured: context.configuredPartners });

const tag = {
  name: 'Partners',
  description: "The operators' levers, and the workers' reports of each partner.",
};

export const partnerOperations = tagged(tag, [
  get('/v1/partners', {
    summary: 'List the partners: lever, and breaker and latency as the live workers report them.',
    roles: ['operator', 'analyst'],
    answer: PartnerList,
    returns: 'Every partner, in use or not.',
    handle: async (context) => ({ partners: await list(context) }),
  }),
  put('/v1/partners/{name}', {
    summary: 'Switch a partner on or off for every banner.',
    roles: ['operator'],
    params: { name: partner },
    body: PartnerSwitch,
    examples: { off: { state: 'off', reason: 'answers are wrong since noon' } },
    proposes: true,
    answer: PartnerState,
    returns: 'The current state of the partner.',
    handle: async (context, { params: { name }, body }) => {
      const switched = await switchPartner(context, { partner: name, lever: body });
      if (switched.kind === 'proposed') return proposed(switched);
      await context.controls.refresh();
      const state = (await list(context)).find((one) => one.name === name);
      if (state === undefined) throw fault(404, 'not_found', 'no such partner');
      return state;
    },
  }),
]);
