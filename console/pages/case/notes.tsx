import { Age } from '../../parts/format.js';
import type { DeskState } from './desk.js';

/** A note's text with the people that it names set in bold. */
export const NoteText = ({ text }: { text: string }) => (
  <p class="note-text">
    <bdi>
      {text
        .split(/((?<=^|\s)@[\w.-]+)/u)
        .map((part) => (part.startsWith('@') ? <b>{part}</b> : part))}
    </bdi>
  </p>
);

const kindWords: Readonly<Record<string, string>> = {
  take_over: 'took it over',
  reassignment: 'reassigned it',
  escalation: 'escalated it',
  hold: 'put it on hold',
  remarks: 'remarked',
};

/** What people wrote about the case, newest last. */
export const NotesPanel = ({ desk, now, zone }: { desk: DeskState; now: Date; zone: string }) => (
  <section class="panel" id="notes" aria-labelledby="notes-h">
    <div class="panel-head">
      <h2 id="notes-h">Notes</h2>
      <span class="aside">
        <kbd>N</kbd>
      </span>
    </div>
    <div class="panel-body stack">
      {desk.notes.length === 0 && (
        <p class="faint">No note yet. A note tells the next person what you found out.</p>
      )}
      {desk.notes.map(({ noteId, by, at, text, kind }) => (
        <div class="note" id={`note-${noteId}`}>
          <p class="line">
            <b>
              <bdi>{by === desk.me ? 'You' : desk.nameOf(by)}</bdi>
            </b>
            {kindWords[kind] && <span class="soft">{kindWords[kind]}</span>}
            <span class="faint">
              <Age at={new Date(at)} now={now} zone={zone} /> ago
            </span>
          </p>
          <NoteText text={text} />
        </div>
      ))}
    </div>
  </section>
);
