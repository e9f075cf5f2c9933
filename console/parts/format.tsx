import type { Child } from 'hono/jsx';
import { printAmount } from '../../domain/case/figures.js';
import { Unsaid } from './state.js';

const minuteMs = 60_000;
const hourMinutes = 60;
const dayMinutes = 24 * hourMinutes;
const nearDaysMax = 2;

/** `1,642.00 USD`. The code has one width, so that points line up. */
export const Money = ({ amount, currency }: { amount: number; currency: string }) => (
  <>
    {printAmount(amount)} <span class="cur">{currency}</span>
  </>
);

/** `38 min`, `1 h 06`, `171 d`: how long something lasts, from milliseconds. */
export const lengthText = (ms: number): string => {
  const minutes = Math.floor(Math.abs(ms) / minuteMs);
  if (minutes < 1) return '<1 min';
  if (minutes < hourMinutes) return `${minutes} min`;
  const hours = Math.floor(minutes / hourMinutes);
  if (minutes >= nearDaysMax * dayMinutes) return `${Math.floor(minutes / dayMinutes)} d`;
  return `${hours} h ${String(minutes % hourMinutes).padStart(2, '0')}`;
};

const formatters = new Map<string, Intl.DateTimeFormat>();

const clock = {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
} as const;
const monthDay = { month: 'short', day: 'numeric' } as const;

const kinds = {
  exact: { year: 'numeric', ...monthDay, ...clock, timeZoneName: 'short' },
  moment: { ...monthDay, ...clock },
  day: { year: 'numeric', ...monthDay },
  clock,
} as const satisfies Readonly<Record<string, Intl.DateTimeFormatOptions>>;

/** One formatter a zone: making one costs more than a hundred uses. */
const formatterOf = (kind: keyof typeof kinds, zone: string): Intl.DateTimeFormat => {
  const known = formatters.get(`${kind} ${zone}`);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, ...kinds[kind] });
  formatters.set(`${kind} ${zone}`, made);
  return made;
};

/** `Nov 27, 2026, 14:32:08 EST`, in the reader's zone. */
export const exactTime = (at: Date, zone: string): string => formatterOf('exact', zone).format(at);

/** `14:32:08`, in the reader's zone. */
export const clockTime = (at: Date, zone: string): string => formatterOf('clock', zone).format(at);

/** A time near now in words, with the exact one on hover. */
export const Time = (props: { at: Date; zone: string; children?: Child }) => (
  <time datetime={props.at.toISOString()} title={exactTime(props.at, props.zone)}>
    {props.children ?? exactTime(props.at, props.zone)}
  </time>
);

/** `Nov 27, 14:32:08`: a line of a log, with the exact time on hover. */
export const Moment = ({ at, zone }: { at: Date; zone: string }) => (
  <Time at={at} zone={zone}>
    {formatterOf('moment', zone).format(at)}
  </Time>
);

/** `Nov 27, 2026`, with the exact time on hover. */
export const Day = ({ at, zone }: { at: Date; zone: string }) => (
  <Time at={at} zone={zone}>
    {formatterOf('day', zone).format(at)}
  </Time>
);

/** How long ago something was. */
export const Age = ({ at, now, zone }: { at: Date; now: Date; zone: string }) => (
  <Time at={at} zone={zone}>
    {lengthText(now.getTime() - at.getTime())}
  </Time>
);

/** `38 min ago`, in one piece also where a row has gaps between its parts. */
export const Ago = (props: { at: Date; now: Date; zone: string }) => (
  <span>
    <Age {...props} /> ago
  </span>
);

/** A name of a person or a place: of any length and direction, and never markup. */
export const Name = ({ children, isCut }: { children: string; isCut?: boolean }) =>
  isCut ? (
    <bdi class="name cut" title={children}>
      {children}
    </bdi>
  ) : (
    <bdi class="name">{children}</bdi>
  );

/** The name of an order's shopper; undefined when the order cannot be opened. */
export const Shopper = ({ name }: { name: string | undefined }) => {
  if (name === undefined) return <Unsaid>cannot be opened</Unsaid>;
  return name === '' ? <Unsaid>no name</Unsaid> : <Name isCut>{name}</Name>;
};
