import { sleep, type Storm, untilAnswered } from './storm.js';

const rule = {
  ...{ name: 'Visits', metric_type: 'loyalty_enrollment_transactions' },
  ...{ time_period: 86_400, event_suppression_period: 86_400 },
  ...{ scope_type: 'all_stores', store_ids: [] },
  ...{ notify_corporate_contact: false, notify_store_contact: false },
  ...{ notify_emails: true, emails: ['fraud@chaos.example'] },
};

/** Makes the rule that counts activities. Throws when the API refuses it. */
export const createAlertRule = async ({ client }: Storm, alertFrom: number): Promise<void> => {
  const body = { ...rule, quantity: alertFrom };
  const made = await client.direct('POST', '/v1.0/fraud_alert_rules', 'analyst', body);
  if (made === undefined) throw new Error('the API refuses the alert rule');
};

/** The number of activities of each member. */
const perMember = 6;

/** One after the other: what an activity counts with depends on the order of arrival. */
const visit = async (storm: Storm, member: number): Promise<void> => {
  for (let index = 0; index < perMember; index += 1) {
    const name = `activity-${member}-${index}`;
    const body = {
      ...{ id: name, metric_type: rule.metric_type, quantity: 1 },
      ...{ loyalty_enrollment_id: member, occurred_at: new Date().toISOString() },
    };
    const about = { act: 'activity', subject: String(member), name, role: 'sparkfly' } as const;
    const path = '/v1.0/loyalty_activities';
    await untilAnswered(storm, () => storm.client.call({ ...about, path, body }));
    await sleep(1000, storm.calm);
    if (storm.calm.aborted) return;
  }
};

/** Sends activities of loyalty members as Sparkfly does; a new member begins every `everyMs`. */
export const sendActivities = async (storm: Storm, everyMs: number): Promise<void> => {
  const members: Promise<void>[] = [];
  while (!storm.calm.aborted) {
    members.push(visit(storm, members.length + 1));
    await sleep(everyMs, storm.calm);
  }
  await Promise.all(members);
};

interface Draft {
  readonly draftId: string;
  readonly revision: number;
  readonly text: string;
}

const shadowRule = (index: number): string => `
  - id: C${index}
    name: Chaos rule ${index}
    mode: shadow
    cases:
      - when: tx.orderTotal > ${1000 + index}.0
        points: 1
        reason: The order is large.
`;

/** Adds a rule at the end of the rules; the text may go on with other parts. */
const withRule = (text: string, index: number): string => {
  const rules = text.search(/^rules:/m);
  const after = text.slice(rules + 1).search(/^[a-z]+:/m);
  const at = after < 0 ? text.length : rules + 1 + after;
  return `${text.slice(0, at).trimEnd()}\n${shadowRule(index)}\n${text.slice(at)}`;
};

/** Publishes rules again and again, as an analyst does. */
export const publishRules = async (storm: Storm, everyMs: number): Promise<void> => {
  const api = '/v1/rule-sets/drafts';
  const { client } = storm;
  for (let index = 1; ; index += 1) {
    await sleep(everyMs, storm.calm);
    if (storm.calm.aborted) return;
    const name = `chaos ${storm.seed} ${index}`;
    const direct = (method: 'POST' | 'PUT', path: string, body: unknown) =>
      client.direct(method, path, 'analyst', body).catch(() => undefined);
    const draft = (await direct('POST', api, { name })) as Draft | undefined;
    if (draft === undefined) continue;
    const { draftId, revision } = draft;
    const text = withRule(draft.text, index);
    const saved = (await direct('PUT', `${api}/${draftId}`, { text, revision })) as
      | Draft
      | undefined;
    if (saved === undefined) continue;
    await client.call({
      ...{ act: 'publication', subject: name, role: 'analyst' },
      path: `${api}/${draftId}/publication`,
      body: { note: name, revision: saved.revision },
    });
  }
};
