import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Hono } from 'hono';
import type { ApiEnv } from '../deps.js';
import { get, tagged } from '../operation.js';

const assets: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css'],
  ['swagger-ui-bundle.js', 'text/javascript'],
  ['favicon-32x32.png', 'image/png'],
]);

const assetFolder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Verdict API</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="docs"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true,
  tryItOutEnabled: true, validatorUrl: null });
`;

/** Swagger UI writes its styles and icons inline; scripts come from files only. */
const contentSecurityPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self'";

/** Serves the page's files from the installed package. */
export const mountPageFiles = (app: Hono<ApiEnv>): void => {
  app
    .use('/docs/*', async (c, next) => {
      await next();
      c.header('Content-Security-Policy', contentSecurityPolicy);
    })
    .get('/docs/start.js', (c) => c.body(start, 200, { 'Content-Type': 'text/javascript' }))
    .get('/docs/:asset', async (c, next) => {
      const type = assets.get(c.req.param('asset'));
      if (type === undefined) return next();
      const content = await readFile(join(assetFolder, c.req.param('asset')));
      return c.body(content, 200, { 'Content-Type': type, 'Cache-Control': 'max-age=3600' });
    });
};

const tag = {
  name: 'Documentation',
  description: 'The OpenAPI document of the operations, and a page that shows it.',
};

export const documentationOperations = tagged(tag, [
  get('/openapi.json', {
    summary: 'This document.',
    roles: [],
    takesAnyQuery: true,
    answer: {
      mediaType: 'application/json',
      description: 'The document, in OpenAPI 3.1.',
      example: { openapi: '3.1.0', info: { title: 'Verdict', version: '1' }, paths: {} },
    },
    returns: 'This document.',
    handle: ({ openApiText }, { c }) =>
      c.body(openApiText(), 200, { 'Content-Type': 'application/json' }),
  }),
  get('/docs', {
    summary: 'This document as a page, to read and to try out.',
    roles: [],
    takesAnyQuery: true,
    answer: { mediaType: 'text/html', description: 'A page.', example: page },
    returns: 'A page that shows this document.',
    mountFiles: mountPageFiles,
    handle: (_context, { c }) =>
      c.html(page, 200, { 'Content-Security-Policy': contentSecurityPolicy }),
  }),
]);
