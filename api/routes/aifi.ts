import { type Context, Hono } from 'hono';
import { atPresent } from '../../services/context.js';
import { keepPush } from '../../services/evidence/aifi-pushes.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest } from '../faults.js';
import { parseJson } from '../read-json.js';
import { refuseCompressed } from '../utf8.js';

/** Whatever the media type says: a push that is refused may never come again. */
const readPushed = async (c: Context): Promise<unknown> => {
  refuseCompressed(c);
  return parseJson(await c.req.text());
};

/** `POST /api/push/suspected-fraud`: kept with one write; what follows from it comes later. */
export const aifiRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>().post(
    '/api/push/suspected-fraud',
    authorise(authenticate, ['aifi']),
    async (c) => {
      const push = await readPushed(c);
      const kept = await keepPush(atPresent(deps), push);
      if (kept === undefined) {
        throw badRequest([{ error: 'invalid_value', message: '$ must be an object' }]);
      }
      if (kept.isNew) deps.nudgeAifi();
      return c.json({});
    },
  );
