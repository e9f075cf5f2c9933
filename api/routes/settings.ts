import { Hono } from 'hono';
import { showSettings } from '../../services/settings.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';

/** `GET /v1/settings`: what of the settings file the rules go by; it is changed in the file. */
export const settingsRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>().get(
    '/v1/settings',
    authorise(authenticate, ['analyst', 'operator', 'reviewer']),
    (c) => c.json(showSettings(deps.settings)),
  );
