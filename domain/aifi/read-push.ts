import { isRealDay } from '../../contracts/real-day.js';
import { type JsonObject, objectAt, textAt } from './json.js';

/** What is unusual about a push. The service stores the push all the same. */
export type PushFlag =
  | 'no_session'
  | 'no_time_of_origin'
  | 'session_mismatch'
  | 'time_without_zone'
  | 'origin_ahead'
  | 'issued_before_origin';

/** A parsed push; `undefined` stands for a field that is missing or has an unknown form. */
export interface ReadPush {
  readonly sessionId: string | undefined;
  readonly originMs: number | undefined;
  /** The time of the event, never later than the time of receipt. */
  readonly occurredAtMs: number;
  readonly flags: PushFlag[];
}

/** A time further ahead than this comes from a wrong clock. */
const skewMs = 5 * 60_000;

/** Hours end at 23: `Date.parse` reads hour 24 as the next day. */
const hour = String.raw`(?:[01]\d|2[0-3])`;
const dateTime = new RegExp(
  String.raw`^(\d{4}-\d{2}-\d{2})[T ](${hour}:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?) ?` +
    String.raw`(Z|[+-]${hour}:?[0-5]\d)?$`,
  'i',
);

/** An RFC 3339 time as epoch milliseconds. A time without a zone is read as UTC and flagged. */
const readTime = (
  text: string | undefined,
): { readonly ms: number; readonly hasZone: boolean } | undefined => {
  const [, day, time, zone] = dateTime.exec(text ?? '') ?? [];
  if (day === undefined || time === undefined || !isRealDay(day)) return undefined;
  const offset = (zone ?? 'Z').toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const ms = Date.parse(`${day}T${time}${offset}`);
  return Number.isNaN(ms) ? undefined : { ms, hasZone: zone !== undefined };
};

/** `session.sessionId` comes before the other names of the same field. */
const sessionIdsOf = (push: JsonObject): string[] => {
  const session = objectAt(push, 'session');
  const ids = [
    textAt(session, 'sessionId'),
    textAt(session, 'sessionToken'),
    textAt(push, 'sessionId'),
  ];
  return ids.flatMap((id) => (id === undefined ? [] : [id.toLowerCase()]));
};

/** Reads session and times of a push that was received at `receivedAtMs`. It rejects nothing. */
export const readPush = (push: JsonObject, receivedAtMs: number): ReadPush => {
  const sessionIds = sessionIdsOf(push);
  const origin = readTime(textAt(push, 'timeOfOrigin'));
  const issue = readTime(textAt(push, 'timeOfIssue'));
  const isAhead = origin !== undefined && origin.ms > receivedAtMs + skewMs;
  const flags: readonly (readonly [PushFlag, boolean])[] = [
    ['no_session', sessionIds.length === 0],
    ['no_time_of_origin', origin === undefined],
    ['session_mismatch', new Set(sessionIds).size > 1],
    ['time_without_zone', origin?.hasZone === false],
    ['origin_ahead', isAhead],
    ['issued_before_origin', origin !== undefined && issue !== undefined && issue.ms < origin.ms],
  ];
  return {
    sessionId: sessionIds[0],
    originMs: origin?.ms,
    occurredAtMs: origin === undefined || isAhead ? receivedAtMs : origin.ms,
    flags: flags.flatMap(([flag, isSet]) => (isSet ? [flag] : [])),
  };
};
