import { type Context, Hono } from 'hono';
import {
  countMentions,
  openMention,
  readMentionsUpTo,
  type ShownMention,
  showMentions,
} from '../../services/cases/mentions.js';
import { allow, NotFound } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { textIn } from '../forms.js';
import { renderPage, renderPart } from '../layout.js';
import { Button, CsrfField } from '../parts/controls.js';
import { Ago } from '../parts/format.js';
import { EmptyState } from '../parts/notices.js';
import { loadNames, type NameOf } from '../parts/people.js';
import { Unsaid } from '../parts/state.js';
import { preferencesOf } from '../preferences.js';
import { MentionCount } from '../side.js';
import { loadSideState } from '../side-state.js';
import { bannerWords } from '../words.js';
import { NoteText } from './case/notes.js';

interface ListProps {
  readonly mentions: readonly ShownMention[];
  readonly now: Date;
  readonly zone: string;
  readonly nameOf: NameOf;
}

const Item = ({ of, now, zone, nameOf }: Omit<ListProps, 'mentions'> & { of: ShownMention }) => (
  <li class="mention" data-unread={of.isRead ? undefined : 'true'}>
    <p class="line">
      {!of.isRead && <span class="unread">Unread</span>}
      <b>
        <bdi>{nameOf(of.by)}</bdi>
      </b>
      <span class="soft">
        on <a href={`/console/mentions/${of.mentionId}`}>order {of.orderId}</a>
        {`, ${bannerWords[of.banner]}`}
        {of.status === 'closed' && ', closed'}
      </span>
      <span class="faint">
        <Ago at={new Date(of.at)} now={now} zone={zone} />
      </span>
    </p>
    {of.text === undefined ? (
      <p>
        <Unsaid>cannot be opened</Unsaid>
      </p>
    ) : (
      <NoteText text={of.text} />
    )}
  </li>
);

const Empty = () => (
  <EmptyState
    title="Nobody has mentioned you"
    ways={
      <a class="btn" href="/console/queue">
        Open the queue
      </a>
    }
  >
    <p class="soft">A note with @ and your account’s name shows up here.</p>
  </EmptyState>
);

/** Mentions that came since the page was shown: nothing moves under the hand. */
const News = ({ count }: { count: number }) => (
  <span id="mentions-news" data-part role="status">
    {count > 0 && (
      <a class="pill" href="/console/mentions" data-new={count}>
        {count} new, show them
      </a>
    )}
  </span>
);

const AllRead = ({ newest, csrf }: { newest: number; csrf: string }) => (
  <form method="post" action="/console/mentions/read">
    <CsrfField token={csrf} />
    <input type="hidden" name="upTo" value={String(newest)} />
    <Button type="submit" icon="check">
      Mark all as read
    </Button>
  </form>
);

const MentionsMain = (props: ListProps & { csrf: string }) => {
  const { mentions, csrf } = props;
  const newest = mentions[0]?.mentionId ?? 0;
  const unread = mentions.filter(({ isRead }) => !isRead).length;
  return (
    <main class="page" id="main" data-live data-news={`/console/mentions/news?after=${newest}`}>
      <div class="page-head">
        <h1>Mentions</h1>
        <p class="soft">{unread === 0 ? 'All read' : `${unread} unread`}</p>
        <News count={0} />
        <div class="aside">{unread > 0 && <AllRead newest={newest} csrf={csrf} />}</div>
      </div>
      {mentions.length === 0 ? (
        <Empty />
      ) : (
        <section class="panel" aria-label="Notes that mention you">
          <ol class="mentions">
            {mentions.map((of) => (
              <Item of={of} {...props} />
            ))}
          </ol>
          <p class="panel-foot">Opening one marks it as read.</p>
        </section>
      )}
      <p class="not-live" id="not-live" role="status" hidden></p>
    </main>
  );
};

const idOf = (text: string | undefined): number => {
  const id = /^\d{1,15}$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (Number.isNaN(id)) throw new NotFound();
  return id;
};

/** Notes that mention the reader, and how many are unread. */
export const mentionPages = (deps: ConsoleDeps): Hono<ConsoleEnv> => {
  const reads = allow('reviewer', 'analyst');
  const show = async (c: Context<ConsoleEnv>): Promise<Response> => {
    const call = callOf(deps, c);
    const [mentions, nameOf, state] = await Promise.all([
      showMentions(call),
      loadNames(call),
      loadSideState(deps, c),
    ]);
    const { csrfToken: csrf } = c.get('session');
    const { zone } = preferencesOf(c);
    c.header('Cache-Control', 'no-store');
    const main = <MentionsMain {...{ mentions, nameOf, csrf, zone }} now={call.now} />;
    return renderPage(c, { title: 'Mentions', section: 'mentions', state, main });
  };
  return new Hono<ConsoleEnv>()
    .get('/mentions', reads, show)
    .get('/mentions/count', reads, async (c) =>
      renderPart(c, <MentionCount count={await countMentions(callOf(deps, c))} />),
    )
    .get('/mentions/news', reads, async (c) => {
      const call = callOf(deps, c);
      const after = idOf(c.req.query('after'));
      const [count, news] = await Promise.all([countMentions(call), countMentions(call, after)]);
      return renderPart(
        c,
        <>
          <News count={news} />
          <MentionCount count={count} />
        </>,
      );
    })
    .post('/mentions/read', reads, async (c) => {
      const form = await c.req.parseBody();
      await readMentionsUpTo(callOf(deps, c), idOf(textIn(form, 'upTo')));
      return c.redirect('/console/mentions', 303);
    })
    .get('/mentions/:mentionId', reads, async (c) => {
      const place = await openMention(callOf(deps, c), idOf(c.req.param('mentionId')));
      if (place === undefined) throw new NotFound();
      return c.redirect(`/console/cases/${place.caseId}#note-${place.noteId}`, 303);
    });
};
