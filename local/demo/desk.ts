import type { CaseAct, DemoClient, OpenCase } from './client.js';
import type { Progress } from './progress.js';
import type { DeskWork } from './scene.js';

interface Act {
  readonly act: CaseAct;
  readonly body: object;
}

const hourMs = 3_600_000;

/** A note that names `@lead` notifies that account. */
const noteOf = (text: string): Act => {
  const mentions = [...text.matchAll(/@([a-z]+)/g)].map(([, name]) => name);
  return { act: 'notes', body: { text, ...(mentions.length > 0 && { mentions }) } };
};

const actsOf = (work: DeskWork, nowMs: number): Act[] => [
  ...(work.tags ?? []).map((tag): Act => ({ act: 'tags', body: { tag } })),
  ...(work.note === undefined ? [] : [noteOf(work.note)]),
  ...(work.escalation === undefined
    ? []
    : [{ act: 'escalation', body: { reason: work.escalation } } as const]),
  ...(work.holdHours === undefined
    ? []
    : [
        {
          act: 'hold',
          body: { until: new Date(nowMs + work.holdHours * hourMs).toISOString() },
        } as const,
      ]),
  ...(work.isClaimed === true ? [{ act: 'claim', body: {} } as const] : []),
];

/** How many acts of each kind the instance has taken. */
export type DeskCounts = Readonly<Record<Exclude<CaseAct, 'decision'>, number>>;

/** Works on the cases of a run as reviewers would, except for their verdicts. */
export const workDesk = async (
  client: DemoClient,
  work: readonly { readonly one: OpenCase; readonly desk: DeskWork }[],
  startProgress: (what: string, total: number) => Progress,
): Promise<DeskCounts> => {
  const counts = { claim: 0, decision: 0, escalation: 0, hold: 0, notes: 0, tags: 0 };
  const todo = work.flatMap(({ one, desk }) =>
    actsOf(desk, Date.now()).map((act) => ({ ...one, ...act })),
  );
  const progress = startProgress('desk', todo.length);
  try {
    for (const { caseId, orderId, act, body } of todo) {
      if (await client.act(caseId, act, body)) counts[act] += 1;
      progress.step(`${orderId}: ${act}`);
    }
  } finally {
    progress.end();
  }
  return counts;
};
