import type { PointsFit } from '../../../contracts/v1/points-fits.js';
import { printAmount, printNumber } from '../../../domain/case/figures.js';
import { Button, CsrfField } from '../../parts/controls.js';
import { Time } from '../../parts/format.js';
import { Notice } from '../../parts/notices.js';
import { Meter, Progressing } from '../../parts/progress.js';
import { Unsaid } from '../../parts/state.js';
import { PanelsMain } from '../../parts/table.js';
import { bannerWords } from '../../words.js';
import { baseText, FitState, periodText } from './list.js';
import { noteMax } from './request.js';
import { FitResult, VerdictNotice } from './result.js';

const addressOf = (fitId: string): string => `/console/learned-points/${fitId}`;

/** How far a fit is; it asks for itself until the fit has ended. */
export const FitProgress = ({ fit }: { fit: PointsFit }) => {
  const { done, total } = fit.progress;
  const isRunning = fit.state === 'running';
  const counted = done >= total ? 'all counted, fitting' : `${done} of ${total} parts counted`;
  return (
    <Progressing address={isRunning ? `${addressOf(fit.fitId)}/progress` : undefined}>
      <Meter done={done} total={total} label="Parts counted">
        {total === 0 ? 'the orders are being divided' : counted}
      </Meter>
    </Progressing>
  );
};

const Running = ({ fit, csrf }: { fit: PointsFit; csrf: string | undefined }) => (
  <section class="panel" aria-labelledby="progress-h">
    <div class="panel-head">
      <h2 id="progress-h">Learning</h2>
      <span class="aside">
        since <Time at={new Date(fit.createdAt)} zone="UTC" />
      </span>
    </div>
    <div class="panel-body stack">
      <FitProgress fit={fit} />
      {csrf !== undefined && (
        <form class="line" method="post" action={`${addressOf(fit.fitId)}/cancel`}>
          <CsrfField token={csrf} />
          <label class="field-of">
            Why
            <input class="field" name="note" maxlength={noteMax} autocomplete="off" />
          </label>
          <Button type="submit" icon="close">
            Cancel learning
          </Button>
        </form>
      )}
    </div>
  </section>
);

const costWords = ({ costs }: PointsFit): string =>
  `a fraud accepted ${printAmount(costs.chargeback)}, ` +
  `an honest order rejected ${printAmount(costs.lostSale)}, ` +
  `a minute of review ${printAmount(costs.reviewMinute)}, ` +
  `${printNumber(costs.minutesPerReview)} minutes a review`;

const Asked = ({ fit, zone }: { fit: PointsFit; zone: string }) => (
  <section class="panel" aria-labelledby="asked-h">
    <div class="panel-head">
      <h2 id="asked-h">What was asked for</h2>
    </div>
    <dl class="panel-body facts">
      <dt>State</dt>
      <dd>
        <FitState fit={fit} />
      </dd>
      <dt>Points of</dt>
      <dd>{baseText(fit)}</dd>
      <dt>Orders from</dt>
      <dd>
        {periodText(fit)}, {fit.banner === null ? 'all banners' : bannerWords[fit.banner]}
      </dd>
      <dt>Left out</dt>
      <dd>
        orders younger than {fit.maturityDays} days; the last {fit.heldOutDays} days measure only
      </dd>
      <dt>Costs</dt>
      <dd>{costWords(fit)}</dd>
      <dt>Reviews</dt>
      <dd>at most {printNumber(fit.reviewsPerDay)} a day</dd>
      <dt>Without a label</dt>
      <dd>
        {printNumber(100 * fit.rejectedFraudShare)} % of the rejected orders are taken as fraud
        {fit.useVerdicts && ", and those of reviewers' rejects"}
      </dd>
      <dt>Started</dt>
      <dd>
        <Time at={new Date(fit.createdAt)} zone={zone} />, by {fit.author}
      </dd>
      <dt>Ended</dt>
      <dd>
        {fit.finishedAt === null ? (
          <Unsaid>not yet</Unsaid>
        ) : (
          <Time at={new Date(fit.finishedAt)} zone={zone} />
        )}
      </dd>
      <dt>Why</dt>
      <dd>{fit.note === '' ? <Unsaid>no note</Unsaid> : fit.note}</dd>
    </dl>
  </section>
);

/** What a fit proposes: the draft and its backtest, which combines all votes. */
const Ways = ({ fit: { draftId, backtestId } }: { fit: PointsFit }) => (
  <>
    {backtestId !== null && (
      <a class="btn" href="/console/backtests">
        Its backtest
      </a>
    )}
    {draftId !== null && (
      <a class="btn" data-kind="main" href={`/console/drafts/${draftId}`}>
        Read the draft
      </a>
    )}
  </>
);

/** One fit; who may cancel it has a token. */
export const OneFit = (props: { fit: PointsFit; csrf: string | undefined; zone: string }) => {
  const { fit, csrf, zone } = props;
  return (
    <PanelsMain
      title="Learned points"
      lead={<a href="/console/learned-points">All proposals</a>}
      aside={<Ways fit={fit} />}
    >
      {fit.state === 'running' && <Running fit={fit} csrf={csrf} />}
      {fit.state === 'failed' && (
        <Notice icon="reject" is="reject">
          <b>Learning failed.</b> Nothing is proposed. Ask for it again; if it fails again, the
          worker's log says why.
        </Notice>
      )}
      {fit.result && <VerdictNotice result={fit.result} />}
      {fit.result && <FitResult result={fit.result} fit={fit} />}
      <Asked fit={fit} zone={zone} />
    </PanelsMain>
  );
};
