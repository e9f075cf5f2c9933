import { Hono } from 'hono';
import type { ConsoleEnv } from '../deps.js';
import { renderPage, renderPart } from '../layout.js';
import { Icon } from '../parts/icon.js';
import { preferencesOf } from '../preferences.js';
import { CsrfField } from '../parts/controls.js';

type Key = readonly [what: string, ...keys: readonly string[]];

const groups: readonly (readonly [title: string, keys: readonly Key[]])[] = [
  [
    'Move',
    [
      ['Next, previous', 'J', 'K'],
      ['Open', 'Enter'],
      ['Back to the queue', 'U'],
      ['Claim next', '.'],
      ['Search', '/'],
      ['Part of the case', '1 to 8'],
    ],
  ],
  [
    'Decide',
    [
      ['Accept order', 'A'],
      ['Reject order', 'R'],
      ['Choose a reason', '1 to 9'],
      ['Escalate', 'E'],
      ['Hold until', 'H'],
      ['Undo, while the strip shows', 'Z'],
    ],
  ],
  [
    'Note down',
    [
      ['Note', 'N'],
      ['Tag', 'T'],
    ],
  ],
  [
    'Look',
    [
      ['Linked orders', 'G'],
      ['Raw values', 'V'],
      ['Copy order number', 'C'],
    ],
  ],
  [
    'Choose several',
    [
      ['Choose a row', 'X'],
      ['Choose a range', 'Shift', 'J', 'K'],
      ['Clear', 'Esc'],
    ],
  ],
  [
    'Anywhere',
    [
      ['This list', '?'],
      ['Close what is open', 'Esc'],
      ['Light or dark', 'Shift', 'L'],
    ],
  ],
];

const KeyGroups = () => (
  <div class="keymap-cols">
    {groups.map(([title, keys]) => (
      <section>
        <h2>{title}</h2>
        <dl>
          {keys.map(([what, ...of]) => (
            <>
              <dt>{what}</dt>
              <dd>
                {of.map((key, index) => (
                  <>
                    {index > 0 && ' '}
                    <kbd>{key}</kbd>
                  </>
                ))}
              </dd>
            </>
          ))}
        </dl>
      </section>
    ))}
  </div>
);

const Switch = ({ hasKeys, csrf }: { hasKeys: boolean; csrf: string }) => (
  <form class="line faint keys-switch" method="post" action="/console/keys">
    <CsrfField token={csrf} />
    <span>
      {hasKeys
        ? 'Each act is also a button. Single letters can be switched off.'
        : 'Single letters are switched off in this browser.'}
    </span>
    <button class="btn" data-size="s" name="keys" value={hasKeys ? 'off' : 'on'}>
      {hasKeys ? 'Switch letters off' : 'Switch letters on'}
    </button>
  </form>
);

const intro = 'Letters work whenever you are not writing in a field.';

/** The list of keys: a page, or for a script the dialog that opens over the present one. */
export const keysPages = (): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/keys', (c) => {
    const { hasKeys } = preferencesOf(c);
    const foot = <Switch hasKeys={hasKeys} csrf={c.get('session').csrfToken} />;
    if (c.req.header('hx-request') !== undefined) {
      return renderPart(
        c,
        <dialog class="keymap" aria-labelledby="keys-h">
          <div class="panel-title line">
            <h2 id="keys-h">Keys</h2>
            <span class="faint">{intro}</span>
            <form method="dialog" class="end">
              <button class="btn" data-kind="quiet" aria-label="Close" autofocus>
                <Icon of="close" />
              </button>
            </form>
          </div>
          <KeyGroups />
          {foot}
        </dialog>,
      );
    }
    const main = (
      <main class="page" id="main">
        <div class="page-head">
          <h1>Keys</h1>
          <p class="soft">{intro}</p>
        </div>
        <div class="panel keymap">
          <KeyGroups />
          {foot}
        </div>
      </main>
    );
    return renderPage(c, { title: 'Keys', main });
  });
