import { type Context, Hono } from 'hono';
import type { Import } from '../../contracts/v1/imports.js';
import {
  listImports,
  listRefusals,
  readImport,
  readImportCursor,
  readRefusalCursor,
} from '../../services/imports/imports.js';
import { isUuid } from '../../contracts/uuid.js';
import { allow, NotFound } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage, renderPart } from '../layout.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { ImportList } from './imports/list.js';
import { ImportCounts, OneImport } from './imports/one.js';

const importsOnPage = 50;
const refusalsOnPage = 100;

const importOf = async (deps: ConsoleDeps, c: Context<ConsoleEnv>): Promise<Import> => {
  const importId = c.req.param('importId') ?? '';
  const found = isUuid(importId) ? await readImport(callOf(deps, c), importId) : undefined;
  if (found === undefined) throw new NotFound();
  return found;
};

/** Imports of past orders: how far they are, and which lines were refused and why. */
export const importPages = (deps: ConsoleDeps): Hono<ConsoleEnv> => {
  const reads = allow('analyst', 'reviewer', 'operator');
  return new Hono<ConsoleEnv>()
    .get('/imports', reads, async (c) => {
      const call = callOf(deps, c);
      const after = readImportCursor(c.req.query('cursor') ?? '');
      const [page, state] = await Promise.all([
        listImports(call, { after, limit: importsOnPage }),
        loadSideState(deps, c),
      ]);
      const main = <ImportList {...page} now={call.now} zone={preferencesOf(c).zone} />;
      return renderPage(c, { title: 'Imports', section: 'imports', state, main });
    })
    .get('/imports/:importId', reads, async (c) => {
      const call = callOf(deps, c);
      const one = await importOf(deps, c);
      const after = readRefusalCursor(c.req.query('cursor') ?? '');
      const [refused, state] = await Promise.all([
        listRefusals(call, { importId: one.importId, after, limit: refusalsOnPage }),
        loadSideState(deps, c),
      ]);
      const main = (
        <OneImport
          one={one}
          refusals={refused?.refusals ?? []}
          nextCursor={refused?.nextCursor ?? null}
          zone={preferencesOf(c).zone}
        />
      );
      return renderPage(c, { title: 'Import', section: 'imports', state, main });
    })
    .get('/imports/:importId/progress', reads, async (c) => {
      const one = await importOf(deps, c);
      // Its end changes more of the page than the counts.
      if (one.state === 'done') c.header('HX-Refresh', 'true');
      return renderPart(c, <ImportCounts one={one} />);
    });
};
