import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { type Context, Hono } from 'hono';

const resolve = createRequire(import.meta.url).resolve;
const own = (name: string): URL => new URL(`assets/${name}`, import.meta.url);

const script = 'text/javascript; charset=utf-8';

/** Every file that pages load. A script stands after the modules that it imports. */
const files: readonly (readonly [name: string, mediaType: string, path: URL | string])[] = [
  ['verdict.css', 'text/css; charset=utf-8', own('verdict.css')],
  ['icons.svg', 'image/svg+xml', own('icons.svg')],
  ['favicon.svg', 'image/svg+xml', own('favicon.svg')],
  ['htmx.js', script, resolve('htmx.org/dist/htmx.min.js')],
  ['cytoscape.js', script, resolve('cytoscape/dist/cytoscape.min.js')],
  ...[
    ...['errors.js', 'focus.js', 'graph.js', 'post.js', 'preferences.js', 'rows.js', 'tabs.js'],
    ...['times.js', 'case.js', 'keys.js', 'live.js', 'undo.js', 'console.js'],
  ].map((name) => [name, script, own(name)] as const),
];

interface Asset {
  readonly mediaType: string;
  readonly content: Buffer;
  /** Its address, with a hash of its content: an address never changes what it means. */
  readonly address: string;
}

/** Browsers find a script's imports at addresses with a hash too. */
const withAddresses = (text: string, known: ReadonlyMap<string, Asset>): string =>
  text.replaceAll(/(from|import) '\.\/([\w.-]+)'/g, (whole, word: string, name: string) => {
    const asset = known.get(name);
    return asset === undefined ? whole : `${word} '${asset.address}'`;
  });

const load = (): ReadonlyMap<string, Asset> => {
  const loaded = new Map<string, Asset>();
  for (const [name, mediaType, path] of files) {
    const isOwnScript = path instanceof URL && mediaType === script;
    const raw = readFileSync(path);
    const content = isOwnScript ? Buffer.from(withAddresses(raw.toString(), loaded)) : raw;
    const hash = createHash('sha256').update(content).digest('base64url').slice(0, 12);
    loaded.set(name, { mediaType, content, address: `/console/assets/${name}?v=${hash}` });
  }
  return loaded;
};

const assets = load();

/** The address of a file that pages load. Throws for a name that is not one of `files`. */
export const assetAddress = (name: string): string => {
  const asset = assets.get(name);
  if (asset === undefined) throw new Error(`no asset ${name}`);
  return asset.address;
};

/** Own scripts that every page loads, so that the browser need not wait to find the imports. */
export const preloaded: readonly string[] = files
  .filter(([, mediaType, path]) => mediaType === script && path instanceof URL)
  .map(([name]) => assetAddress(name));

/** Better ratios cost a process that has just started more time than they save. */
const brotliQuality = 6;

const encoders = {
  br: (content: Buffer) =>
    promisify(brotliCompress)(content, {
      params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality },
    }),
  gzip: (content: Buffer) => promisify(gzip)(content),
};
type Encoding = keyof typeof encoders;

const encodingOf = (accepted: string | undefined): Encoding | undefined =>
  (['br', 'gzip'] as const).find((name) => new RegExp(`\\b${name}\\b`).test(accepted ?? ''));

const year = 'public, max-age=31536000, immutable';

/** Serves the files below `/assets`, each compressed once. They need no session. */
export const createAssets = (): Hono => {
  const encoded = new Map<string, Promise<Buffer>>();
  const bodyOf = (name: string, { content }: Asset, encoding: Encoding): Promise<Buffer> => {
    const key = `${encoding} ${name}`;
    const body = encoded.get(key) ?? encoders[encoding](content);
    encoded.set(key, body);
    return body;
  };
  return new Hono().get('/assets/:name', async (c: Context, next) => {
    const name = c.req.param('name') ?? '';
    const asset = assets.get(name);
    if (asset === undefined) return next();
    const isCurrent = asset.address.endsWith(`?v=${c.req.query('v') ?? ''}`);
    c.header('Content-Type', asset.mediaType);
    c.header('Cache-Control', isCurrent ? year : 'no-cache');
    c.header('Vary', 'Accept-Encoding');
    const encoding = encodingOf(c.req.header('accept-encoding'));
    if (encoding === undefined) return c.body(new Uint8Array(asset.content));
    c.header('Content-Encoding', encoding);
    return c.body(new Uint8Array(await bodyOf(name, asset, encoding)));
  });
};
