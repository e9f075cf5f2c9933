import type { Account, Session } from './deps.js';
import type { QueueView } from '../contracts/v1/queries.js';
import { CsrfField } from './parts/controls.js';
import { printWhole } from '../domain/case/figures.js';
import { Icon } from './parts/icon.js';
import { roleWords } from './parts/people.js';
import { type Section, sectionsOf } from './sections.js';

/** A saved view of the queue, with how many cases it shows now. */
export interface SideView {
  readonly label: string;
  readonly address: string;
  readonly count: number;
  readonly isCurrent: boolean;
  /** Who shares it; undefined for one's own and for those that everybody has. */
  readonly owner?: string | undefined;
}

/** What the side shows besides its links. */
export interface SideState {
  readonly counts?: Readonly<Record<QueueView, number>> | undefined;
  readonly views?: readonly SideView[] | undefined;
  /** Saved views: own ones, then those that others share. */
  readonly saved?: readonly SideView[] | undefined;
  /** Mentions of the account that it has not read. */
  readonly mentions?: number | undefined;
  /** How many decisions of the account today stand. */
  readonly decidedToday?: number | undefined;
}

const View = ({ view: { label, address, count, isCurrent, owner } }: { view: SideView }) => (
  <li>
    <a
      href={address}
      aria-current={isCurrent ? 'true' : undefined}
      title={owner && `Shared by ${owner}`}
    >
      <bdi class="cut">{label}</bdi>
      <span class="count">{printWhole(count)}</span>
    </a>
  </li>
);

const Views = ({ views = [], saved = [] }: SideState) => (
  <div class="sub" id="side-views" data-part>
    <ul aria-label="Views">
      {views.map((view) => (
        <View view={view} />
      ))}
    </ul>
    {saved.length > 0 && (
      <ul class="saved" aria-label="Saved views">
        {saved.map((view) => (
          <View view={view} />
        ))}
      </ul>
    )}
  </div>
);

/** Where a page asks how many mentions are unread. */
const mentionsAddress = '/console/mentions/count';

/** How many mentions are unread; nothing is shown for none. */
export const MentionCount = ({ count }: { count: number }) => (
  <span
    class="count"
    id="side-mentions"
    data-part
    data-count={mentionsAddress}
    data-unread={count > 0 ? 'true' : undefined}
  >
    {count > 0 && (
      <>
        {printWhole(count)}
        <span class="sr"> unread</span>
      </>
    )}
  </span>
);

const OpenCount = ({ count }: { count: number }) => (
  <span class="count" id="side-open" data-part>
    {printWhole(count)}
  </span>
);

const DecidedToday = ({ count }: { count: number }) => (
  <span id="side-decided" data-part>
    {printWhole(count)} decided today
  </span>
);

/** The counts of the side as they are now; a script puts them into their places. */
export const SideNews = ({ state }: { state: SideState }) => (
  <>
    {state.counts && <OpenCount count={state.counts.all} />}
    {state.mentions !== undefined && <MentionCount count={state.mentions} />}
    <Views {...state} />
    {state.decidedToday !== undefined && <DecidedToday count={state.decidedToday} />}
  </>
);

const SectionLink = (props: { section: Section; isCurrent: boolean; state: SideState }) => {
  const { section, isCurrent, state } = props;
  const { counts, views = [], saved } = section.id === 'queue' ? state : {};
  const { mentions } = section.id === 'mentions' ? state : {};
  return (
    <li>
      <a href={section.path} aria-current={isCurrent ? 'page' : undefined} title={section.label}>
        <Icon of={section.icon} />
        <span class="label">{section.label}</span>
        {counts && <OpenCount count={counts.all} />}
        {mentions !== undefined && <MentionCount count={mentions} />}
      </a>
      {views.length > 0 && <Views views={views} saved={saved} />}
    </li>
  );
};

const Navigation = (props: { account: Account; section: string | undefined; state: SideState }) => {
  const shown = sectionsOf(props.account);
  const groups = [...new Set(shown.map(({ group }) => group))];
  return (
    <nav class="nav" aria-label="Main">
      {groups.map((group) => (
        <>
          <h2>{group}</h2>
          <ul>
            {shown
              .filter((section) => section.group === group)
              .map((section) => (
                <SectionLink
                  section={section}
                  isCurrent={section.id === props.section}
                  state={props.state}
                />
              ))}
          </ul>
        </>
      ))}
    </nav>
  );
};

const Foot = ({
  session,
  theme,
  decidedToday,
}: {
  session: Session;
  theme: 'light' | 'dark' | undefined;
  decidedToday: number | undefined;
}) => (
  <div class="side-foot nav">
    <a href="/console/keys" title="Keys" data-action="keys">
      <Icon of="keys" />
      <span class="label">Keys</span>
      <kbd class="count">?</kbd>
    </a>
    <form method="post" action="/console/theme">
      <CsrfField token={session.csrfToken} />
      <button
        name="theme"
        value={theme === 'dark' ? 'light' : 'dark'}
        data-theme-switch
        title="Light or dark"
      >
        <Icon of="theme" />
        <span class="label">Theme</span>
      </button>
    </form>
    <a href="/console/account" title="Your account">
      <Icon of="lock" />
      <span class="label">Your account</span>
    </a>
    <form method="post" action="/console/sign-out">
      <CsrfField token={session.csrfToken} />
      <button title="Sign out">
        <Icon of="out" />
        <span class="label">Sign out</span>
      </button>
    </form>
    <p class="who">
      <b>
        <bdi>{session.account.displayName}</bdi>
      </b>
      {session.account.displayName !== roleWords[session.account.role] && (
        <span>{roleWords[session.account.role]}</span>
      )}
      {decidedToday !== undefined && <DecidedToday count={decidedToday} />}
    </p>
  </div>
);

/** The side: what this account may open, how much waits there, and who is signed in. */
export const Side = (props: {
  session: Session;
  section: string | undefined;
  theme: 'light' | 'dark' | undefined;
  state: SideState;
}) => (
  <header class="side">
    <a class="brand" href="/console/">
      <Icon of="mark" kind="mark" />
      <span class="label">Verdict</span>
    </a>
    <Navigation account={props.session.account} section={props.section} state={props.state} />
    <Foot session={props.session} theme={props.theme} decidedToday={props.state.decidedToday} />
  </header>
);
