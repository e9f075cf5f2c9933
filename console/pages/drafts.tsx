import { isDeepStrictEqual } from 'node:util';
import { Hono } from 'hono';
import { z } from 'zod';
import type { RuleSetChange, RuleSetDraftText } from '../../contracts/v1/rule-sets.js';
import { isUuid } from '../../contracts/uuid.js';
import { printNumber } from '../../domain/case/figures.js';
import { type Diffed, diffDraft } from '../../services/rule-sets/diff.js';
import { readDraft } from '../../services/rule-sets/drafts.js';
import { allow, NotFound } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { Time } from '../parts/format.js';
import { Notice } from '../parts/notices.js';
import { StateMark, Unsaid } from '../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../parts/table.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { bannerWords, counted } from '../words.js';

const stateWords = { open: 'Open', published: 'Published', discarded: 'Thrown away' } as const;

const Facts = ({ draft, zone }: { draft: RuleSetDraftText; zone: string }) => (
  <section class="panel" aria-labelledby="facts-h">
    <div class="panel-head">
      <h2 id="facts-h">Draft</h2>
    </div>
    <dl class="panel-body facts">
      <dt>State</dt>
      <dd>
        <StateMark is={draft.state === 'discarded' ? 'none' : 'ok'}>
          {stateWords[draft.state]}
        </StateMark>
      </dd>
      <dt>Based on</dt>
      <dd>{draft.baseVersion === 0 ? 'the shipped rules' : `version ${draft.baseVersion}`}</dd>
      <dt>Edited by</dt>
      <dd>{draft.editors.join(', ')}</dd>
      <dt>Changed</dt>
      <dd>
        <Time at={new Date(draft.updatedAt)} zone={zone} />, revision {draft.revision}
      </dd>
    </dl>
  </section>
);

type Field = RuleSetChange['fields'][number];
interface ChangedField extends Field {
  readonly change: RuleSetChange;
  /** The case of the rule, where only its points changed. */
  readonly reason?: string;
}

const Value = ({ of }: { of: unknown }) => {
  if (of === undefined || of === null) return <Unsaid>nothing</Unsaid>;
  if (typeof of === 'number') return <>{printNumber(of)}</>;
  return <code>{typeof of === 'string' ? of : JSON.stringify(of)}</code>;
};

const subjectOf = ({ rule, banner }: RuleSetChange): string => {
  const what = rule ?? 'The rule set';
  return banner === null ? what : `${what}, ${bannerWords[banner]} only`;
};

const whatOf = ({ field, reason, change: { kind } }: ChangedField): string => {
  if (reason !== undefined) return `points: ${reason}`;
  return kind === 'changed' ? field : `${field} ${kind}`.trim();
};

const changeColumns: readonly Column<ChangedField>[] = [
  { heading: 'Rule', isName: true, isNarrow: true, cell: ({ change }) => subjectOf(change) },
  { heading: 'What', cell: whatOf },
  { heading: 'Before', cell: ({ before }) => <Value of={before} /> },
  { heading: 'In the draft', cell: ({ after }) => <Value of={after} /> },
];

const RuleCases = z.array(z.object({ when: z.string(), points: z.number(), reason: z.string() }));

/** The cases whose points changed; undefined where anything else changed. */
const pointsOf = ({ field, before, after }: Field): Omit<ChangedField, 'change'>[] | undefined => {
  if (field !== 'cases') return undefined;
  const [earlier, later] = [RuleCases.safeParse(before), RuleCases.safeParse(after)];
  if (!earlier.success || !later.success) return undefined;
  const isSame = isDeepStrictEqual(
    (before as object[]).map((one) => ({ ...one, points: 0 })),
    (after as object[]).map((one) => ({ ...one, points: 0 })),
  );
  if (!isSame) return undefined;
  return earlier.data.flatMap(({ points, reason }, index) => {
    const next = later.data[index]?.points;
    return next === points ? [] : [{ field, reason, before: points, after: next }];
  });
};

/** A rule that is added or removed is one row with its name. */
const wholeRuleOf = ({ rule, kind, fields }: RuleSetChange): Field | undefined => {
  if (rule === null || kind === 'changed') return undefined;
  const name = fields.find(({ field }) => field === 'name');
  return { field: '', before: name?.before, after: name?.after };
};

const fieldsOf = (change: RuleSetChange): ChangedField[] => {
  const whole = wholeRuleOf(change);
  const fields = whole === undefined ? change.fields : [whole];
  return fields.flatMap((field) => (pointsOf(field) ?? [field]).map((one) => ({ ...one, change })));
};

const Changes = ({ diffed }: { diffed: Diffed }) =>
  diffed.kind === 'compared' ? (
    <TablePanel
      id="changes"
      title={
        diffed.diff.from === 0 ? 'Against the shipped rules' : `Against version ${diffed.diff.from}`
      }
      aside={counted(diffed.diff.changes.length, 'change')}
      columns={changeColumns}
      rows={diffed.diff.changes.flatMap(fieldsOf)}
      empty="Nothing is different."
    />
  ) : (
    <Notice icon="review" is="review">
      The draft cannot be compared while it has problems.
    </Notice>
  );

const Problems = ({ problems }: Pick<RuleSetDraftText, 'problems'>) => (
  <>
    {problems.map(({ line, rule, message }) => (
      <Notice icon="review" is="review">
        <b>Line {line}:</b> {rule} {message}
      </Notice>
    ))}
  </>
);

/** A draft of a rule set, to read: what it changes, and its text. */
export const draftPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get(
    '/drafts/:draftId',
    allow('analyst', 'reviewer', 'operator'),
    async (c) => {
      const draftId = c.req.param('draftId');
      if (!isUuid(draftId)) throw new NotFound();
      const context = {
        ...{ ...callOf(deps, c), guard: deps.ruleGuard, shipped: deps.shippedRules },
      };
      const [draft, diffed, state] = await Promise.all([
        readDraft(context, draftId),
        diffDraft(context, draftId, undefined),
        loadSideState(deps, c),
      ]);
      if (draft === undefined) throw new NotFound();
      const main = (
        <PanelsMain title={draft.name} lead={<a href="/console/rules">The rules in force</a>}>
          <Problems problems={draft.problems} />
          <Facts draft={draft} zone={preferencesOf(c).zone} />
          <Changes diffed={diffed} />
          <section class="panel" aria-labelledby="text-h">
            <div class="panel-head">
              <h2 id="text-h">Text</h2>
              <span class="aside">an analyst publishes it through the API</span>
            </div>
            <details class="posted">
              <summary>Show the text</summary>
              <pre class="raw" tabindex={0}>
                {draft.text}
              </pre>
            </details>
          </section>
        </PanelsMain>
      );
      return renderPage(c, { title: 'Draft', section: 'rules', state, main });
    },
  );
