import { outcomes } from '../../contracts/hbc/decision.js';
import type { Terminal } from '../terminal.js';
import type { DemoResult } from './run.js';
import type { Target } from './target.js';

const nearestRank = (sorted: readonly number[], share: number): string =>
  sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]?.toFixed(0) ?? '–';

const shellQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const styles = { accept: 'green', review: 'yellow', reject: 'red' } as const;

/** Prints the results of a run and where to see them. */
export const writeDemoSummary = (result: DemoResult, target: Target, terminal: Terminal): void => {
  const { paint } = terminal;
  const { answered, undecided, verdicts, reviewsOpen, desk } = result;
  const row = (label: string, value: number | string, note = '') =>
    `    ${label.padEnd(12)}${String(value).padStart(6)}  ${paint('dim', note)}`.trimEnd();
  const outcomeRows = outcomes.map((outcome) => {
    const count = answered.filter((answer) => answer.outcome === outcome).length;
    const share = answered.length === 0 ? 0 : Math.round((count / answered.length) * 100);
    return row(outcome, count, `${share} %`).replace(outcome, paint(styles[outcome], outcome));
  });
  const latenciesMs = answered
    .map(({ latencyMs }) => latencyMs)
    .toSorted((left, right) => left - right);
  const decided = verdicts.accept + verdicts.reject;
  const key = `$(node -p ${shellQuote(`require(${JSON.stringify(target.keysFile)}).reviewer`)})`;
  const link = (label: string, url: string) => `    ${label.padEnd(14)}${paint('cyan', url)}`;
  const lines = [
    '',
    `  ${paint('bold', `${answered.length + undecided} orders`)}`,
    ...outcomeRows,
    ...(undecided > 0 ? [row('undecided', undecided, 'kept; decided in the background')] : []),
    '',
    `  ${paint('bold', 'Reviews')}`,
    row('decided', decided, `${verdicts.accept} accepted, ${verdicts.reject} rejected`),
    row('open', reviewsOpen, 'waiting for you'),
    ...(desk.notes > 0 ? [row('with notes', desk.notes)] : []),
    ...(desk.escalation > 0 ? [row('escalated', desk.escalation)] : []),
    ...(desk.hold > 0 ? [row('on hold', desk.hold)] : []),
    ...(result.moved === undefined
      ? [
          paint(
            'dim',
            '    None is late or urgent: set DATABASE_URL to the database of the instance.',
          ),
        ]
      : []),
    '',
    `  ${paint('bold', 'Answer time')}`,
    row('p50', `${nearestRank(latenciesMs, 0.5)} ms`),
    row('p95', `${nearestRank(latenciesMs, 0.95)} ms`),
    '',
    `  ${paint('bold', 'Where to look')}`,
    ...(target.temporalUiUrl === undefined ? [] : [link('Temporal UI', target.temporalUiUrl)]),
    link('Console', `${target.url}/console/`),
    link('API docs', `${target.url}/docs`),
    '    Open reviews:',
    `      curl -sS "${target.url}/v1/cases?status=open" \\`,
    `        -H "Authorization: Bearer ${key}"`,
    '',
    '',
  ];
  terminal.write(lines.join('\n'));
};
