import type { Context } from 'hono';
import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { assetAddress, preloaded } from './assets.js';
import type { ConsoleEnv, Session } from './deps.js';
import { type Preferences, preferencesOf } from './preferences.js';
import type { SectionId } from './sections.js';
import { Side, type SideState } from './side.js';

/** htmx without what the content security policy forbids, and without foreign addresses. */
const htmxConfig = JSON.stringify({
  includeIndicatorStyles: false,
  allowEval: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
});

export interface PageProps {
  /** What the page is about; the window's title. It may hold no personal value. */
  readonly title: string;
  /** The line of the side that is current. */
  readonly section?: SectionId | undefined;
  /** `rail` makes the side narrow and gives its width to the page. */
  readonly side?: 'rail' | undefined;
  readonly state?: SideState | undefined;
  /** Files besides those that every page loads, in their order. */
  readonly scripts?: readonly string[] | undefined;
  /** The page itself: a `main` with the id `main`. */
  readonly main: Child;
}

const Head = ({ title, scripts }: { title: string; scripts: readonly string[] }) => (
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="htmx-config" content={htmxConfig} />
    <title>{title} · Verdict</title>
    <link rel="icon" href={assetAddress('favicon.svg')} type="image/svg+xml" />
    <link rel="stylesheet" href={assetAddress('verdict.css')} />
    {preloaded.map((address) => (
      <link rel="modulepreload" href={address} />
    ))}
    <script src={assetAddress('htmx.js')} defer></script>
    {scripts.map((name) => (
      <script src={assetAddress(name)} defer></script>
    ))}
    <script src={assetAddress('console.js')} type="module"></script>
  </head>
);

const csrfHeaders = (session: Session | undefined): string | undefined =>
  session && JSON.stringify({ 'x-csrf-token': session.csrfToken });

/** A whole document. Without a session it has no side. */
const Document = (
  props: PageProps & { session: Session | undefined; preferences: Preferences; now: Date },
) => (
  <html lang="en" data-theme={props.preferences.theme}>
    <Head title={props.title} scripts={props.scripts ?? []} />
    <body
      hx-headers={csrfHeaders(props.session)}
      data-now={props.now.toISOString()}
      data-keys={props.preferences.hasKeys ? undefined : 'off'}
    >
      <a class="skip" href="#main">
        Skip to content
      </a>
      {props.session === undefined ? (
        props.main
      ) : (
        <div class="shell" data-side={props.side}>
          <Side
            session={props.session}
            section={props.section}
            theme={props.preferences.theme}
            state={props.state ?? {}}
          />
          {props.main}
        </div>
      )}
    </body>
  </html>
);

/** Answers with JSX that is not a whole document, such as a fragment for htmx. */
export const renderPart = async (
  c: Context,
  part: Child,
  status: ContentfulStatusCode = 200,
): Promise<Response> => c.html(<>{part}</>, status);

/** Answers with a whole page. A page without a session, such as the sign-in, has no side. */
export const renderPage = async (
  c: Context<ConsoleEnv>,
  props: PageProps,
  status: ContentfulStatusCode = 200,
): Promise<Response> => {
  // Pages outside the session have none, whatever the type says.
  const session = c.get('session') as Session | undefined;
  const document = (
    <Document {...props} session={session} preferences={preferencesOf(c)} now={new Date()} />
  );
  return c.html(html`<!doctype html>${document}`, status);
};
