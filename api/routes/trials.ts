import { Hono } from 'hono';
import type { Role } from '../../contracts/v1/roles.js';
import {
  NewTrial,
  ShadowQuery,
  type Trial,
  TrialChange,
  TrialEnd,
  TrialOrderQuery,
  TrialQuery,
} from '../../contracts/v1/trials.js';
import { isUuid } from '../../contracts/uuid.js';
import { acting } from '../../services/context.js';
import { type LoadedVersions, loadVersion } from '../../services/rule-sets/versions.js';
import { reportShadowRules } from '../../services/shadow/report.js';
import { changePercent, endTrial, type PercentChange } from '../../services/trials/change.js';
import { listTrialOrders, listTrials, readTrialOrderCursor } from '../../services/trials/read.js';
import { reportTrial } from '../../services/trials/report.js';
import { type StartedTrial, startTrial } from '../../services/trials/start.js';
import { createReportQueue } from '../../services/report-queue.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault } from '../faults.js';
import { needsConfirmation, staleBase, versionConflict } from '../refusals.js';
import { parsed, placeOf } from '../parsed.js';
import { readJson } from '../read-json.js';

const noSuchTrial = () => fault(404, 'not_found', 'no such trial');
const noSuchVersion = () => fault(404, 'not_found', 'no such version');

const trialIdOf = (text: string): string => {
  if (!isUuid(text)) throw noSuchTrial();
  return text;
};

const faultOfDraft = (kind: 'unknown' | 'closed' | 'revision_conflict') => {
  switch (kind) {
    case 'unknown':
      return fault(404, 'not_found', 'no such draft');
    case 'closed':
      return fault(409, 'draft_closed', 'the draft was published or discarded');
    case 'revision_conflict':
      return fault(409, 'version_conflict', 'the draft was changed at this moment');
    default:
      return kind satisfies never;
  }
};

const startedOf = (started: StartedTrial): Trial => {
  switch (started.kind) {
    case 'started':
      return started.trial;
    case 'trial_running':
      throw fault(409, 'trial_running', 'another trial is running; end it first');
    case 'stale_base':
      throw staleBase();
    case 'needs_confirmation':
      throw needsConfirmation(started);
    case 'in_force':
      throw fault(409, 'version_conflict', 'the version is in force already');
    case 'four_eyes':
      throw fault(409, 'four_eyes', 'somebody who did not write in the draft must begin a rollout');
    case 'unknown_version':
      throw noSuchVersion();
    case 'draft':
      throw faultOfDraft(started.frozen);
    case 'refused':
      throw badRequest(
        started.problems.map(({ rule, message, line, column }) => ({
          error: 'invalid_value' as const,
          message: `the text, line ${line}, column ${column}: ${rule}: ${message}`,
        })),
      );
    default:
      return started satisfies never;
  }
};

const changedOf = (changed: PercentChange): Trial => {
  switch (changed.kind) {
    case 'changed':
    case 'unchanged':
      return changed.trial;
    case 'unknown_trial':
      throw noSuchTrial();
    case 'four_eyes':
      throw fault(409, 'four_eyes', 'somebody who did not write in the draft must let it grow');
    case 'version_conflict':
      throw versionConflict();
    case 'needs_confirmation':
      throw needsConfirmation(changed);
    case 'not_running':
      throw fault(409, 'trial_not_running', 'only a running rollout has a share to change');
    default:
      return changed satisfies never;
  }
};

const readers: readonly Role[] = ['analyst', 'reviewer', 'operator'];
const writers: readonly Role[] = ['analyst'];

const writingRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const { shippedRules: shipped, ruleGuard: guard } = deps;
  return new Hono<ApiEnv>()
    .post('/v1/rule-sets/trials', authorise(authenticate, writers), async (c) => {
      const asked = parsed(NewTrial, await readJson(c));
      return c.json(
        startedOf(await startTrial({ ...acting(deps, c.get('holder')), shipped, guard }, asked)),
      );
    })
    .put('/v1/rule-sets/trials/:trialId', authorise(authenticate, writers), async (c) => {
      const trialId = trialIdOf(c.req.param('trialId'));
      const change = parsed(TrialChange, await readJson(c));
      const given = { trialId, ...change };
      return c.json(
        changedOf(await changePercent({ ...acting(deps, c.get('holder')), shipped }, given)),
      );
    })
    .post('/v1/rule-sets/trials/:trialId/end', authorise(authenticate, writers), async (c) => {
      const trialId = trialIdOf(c.req.param('trialId'));
      const { note } = parsed(TrialEnd, await readJson(c));
      const ended = await endTrial(acting(deps, c.get('holder')), { trialId, note });
      if (ended === undefined) throw noSuchTrial();
      return c.json(ended);
    });
};

const readingRoutes = ({ db, shippedRules, now }: ApiDeps, authenticate: Authenticate) => {
  const shipped = { version: 0, ruleSet: shippedRules.ruleSet };
  const loaded: LoadedVersions = new Map();
  const reports = createReportQueue();
  return new Hono<ApiEnv>()
    .get('/v1/rule-sets/trials', authorise(authenticate, readers), async (c) =>
      c.json({ trials: await listTrials({ db }) }),
    )
    .get('/v1/rule-sets/trials/:trialId', authorise(authenticate, readers), async (c) => {
      const period = parsed(TrialQuery, c.req.query());
      const trialId = trialIdOf(c.req.param('trialId'));
      const asked = { ...period, trialId };
      const report = await reports.answer(['trial', asked], () =>
        reportTrial({ db, now: now() }, { ...asked }),
      );
      if (report === undefined) throw noSuchTrial();
      return c.json(report);
    })
    .get('/v1/rule-sets/trials/:trialId/orders', authorise(authenticate, readers), async (c) => {
      const { cursor, ...query } = parsed(TrialOrderQuery, c.req.query());
      const trialId = trialIdOf(c.req.param('trialId'));
      const after = placeOf(cursor, readTrialOrderCursor);
      const page = await listTrialOrders({ db }, { ...query, trialId, after });
      if (page === undefined) throw noSuchTrial();
      return c.json(page);
    })
    .get('/v1/rule-sets/shadow', authorise(authenticate, readers), async (c) => {
      const query = parsed(ShadowQuery, c.req.query());
      const ruleSet = await loadVersion({ db }, shipped, loaded, query.version);
      if (ruleSet === undefined) throw noSuchVersion();
      const report = await reports.answer(['shadow', query], () =>
        reportShadowRules({ db, now: now() }, { ...query, ruleSet }),
      );
      return c.json(report);
    });
};

/** Trials of a rule set beside the one in force, and what shadow rules would have done. */
export const trialRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .route('/', writingRoutes(deps, authenticate))
    .route('/', readingRoutes(deps, authenticate));
