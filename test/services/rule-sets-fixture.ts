import type { DraftPublication, VersionPublication } from '../../contracts/v1/rule-sets.js';
import type { Pool } from '../../db/pool.js';
import { NewTrial } from '../../contracts/v1/trials.js';
import { endTrial } from '../../services/trials/change.js';
import { createDraft } from '../../services/rule-sets/drafts.js';
import { publishDraft, publishVersion } from '../../services/rule-sets/publish.js';
import type { PublishedRules } from '../../services/rule-sets/put-in-force.js';
import { readShippedRules } from '../../services/rule-sets/versions.js';
import { startTrial } from '../../services/trials/start.js';
import { noLookups } from '../../domain/lookups.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { parseKeyring } from '../../runtime/keyring.js';
import { Secret } from '../../runtime/secret.js';
import { createVault } from '../../runtime/vault.js';
import { guard } from '../support/guard.js';
import { exampleSettings } from '../support/rules.js';

const keyring = parseKeyring(new Secret(`k1:${Buffer.alloc(32, 7).toString('base64')}`));

/** What a publication needs besides its pool. */
export const tools = {
  vault: createVault(keyring),
  tokeniser: createTokeniser(keyring, Buffer.alloc(32, 9)),
  settings: exampleSettings(),
  lookups: noLookups,
  guard,
};

export const shipped = readShippedRules('rules/default.yaml');
export const now = new Date('2026-11-21T12:00:00.123Z');
export const ann = { name: 'analyst:ann' };
export const bob = { name: 'analyst:bob' };

/** A rule set of one rule, recognisable by its points. */
export const textOf = (points: number, more = ''): string =>
  `rules:\n  - id: R1\n    name: large\n    cases:\n      - when: tx.orderTotal > 100\n` +
  `        points: ${points}\n        reason: The order totals {tx.orderTotal}.\n${more}`;

/** Creates a draft and returns it; fails when it is refused. */
export const draftOf = async (pool: Pool, text?: string, actor = ann) => {
  const given = { name: 'a try', ...(text !== undefined && { text }) };
  const created = await createDraft({ db: pool, shipped, guard, actor, now }, given);
  if (created.kind !== 'created') throw new Error(created.kind);
  return created.draft;
};

interface How {
  readonly actor?: typeof ann;
  readonly fourEyes?: boolean;
}

/** Gives the required confirmation: the rule sets of these tests have one rule. */
const confirmed = async (
  ask: (confirm: string | undefined) => Promise<PublishedRules>,
): Promise<PublishedRules> => {
  const first = await ask(undefined);
  return first.kind === 'needs_confirmation' ? ask(first.confirm) : first;
};

export const publish = (
  pool: Pool,
  draftId: string,
  publication: Partial<DraftPublication> = {},
  { actor = ann, fourEyes = false }: How = {},
): Promise<PublishedRules> =>
  confirmed((confirm) =>
    publishDraft(
      { db: pool, shipped, fourEyes, ...tools, actor, now },
      {
        draftId,
        publication: { note: 'a test', confirm, ...publication },
      },
    ),
  );

export const goTo = (
  pool: Pool,
  version: number,
  publication: Partial<VersionPublication> = {},
  { actor = ann, fourEyes = false }: How = {},
): Promise<PublishedRules> =>
  confirmed((confirm) =>
    publishVersion(
      { db: pool, shipped, fourEyes, ...tools, actor, now },
      {
        version,
        publication: { note: 'a test', confirm, ...publication },
      },
    ),
  );

/** Makes a version of a draft by a trial, which it then ends. */
export const freeze = async (pool: Pool, draftId: string, actor = ann) => {
  const asked = NewTrial.parse({ draftId, mode: 'shadow', note: 'trial' });
  const started = await startTrial(
    { db: pool, shipped, fourEyes: false, ...tools, actor, now },
    asked,
  );
  if (started.kind !== 'started') return started;
  const { trialId, version } = started.trial;
  await endTrial({ db: pool, actor, now }, { trialId, note: 'done' });
  return { kind: 'frozen', version };
};

/** Publishes a text through a draft of its own and returns its version. */
export const publishText = async (pool: Pool, text: string): Promise<number> => {
  const published = await publish(pool, (await draftOf(pool, text)).draftId);
  if (published.kind !== 'published') throw new Error(JSON.stringify(published));
  return published.inForce.version;
};

/** Empties the tables of rule sets, without the triggers that forbid changes. */
export const forgetRuleSets = async (pool: Pool): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query(`begin; set local session_replication_role = replica;
      truncate rule_set_versions, rule_set_publications, rule_set_drafts, rule_set_trials, audit
        cascade;
      commit`);
  } finally {
    client.release();
  }
};
