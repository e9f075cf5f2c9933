import type { Client } from '@temporalio/client';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { createAlertActivities } from '../../activities/alerts/create-alert-activities.js';
import { inTransaction } from '../../db/pool.js';
import { createMail } from '../../partners/mail/client.js';
import { failureConverterPath } from '../../runtime/data-converter.js';
import { createAlertNotifier } from '../../temporal/alert-mails.js';
import { queuesOf } from '../../temporal/queues.js';
import { acting } from '../../services/context.js';
import { createRule } from '../../services/alerts/rules.js';
import { recordActivities } from '../../services/alerts/counting.js';
import type { BuiltDeps } from '../../worker/build-deps.js';
import { notifyAlertWorkflowIdOf } from '../../workflows/alert-mail/messages.js';
import { startSmtpServer } from '../support/smtp-server.js';
import { until } from '../support/until.js';
import { hasEnded } from './paths.js';

/** The name of the history in `histories/`. */
export const notifyAlertPath = 'notify-alert';

/** Raises an alert with two recipients. Returns its id. */
const raise = async (deps: BuiltDeps['deps']): Promise<number> => {
  const metric = 'loyalty_enrollment_transactions';
  const settings = {
    ...{ name: 'recorded', description: undefined, metric, quantity: 1, storeIds: [] },
    ...{ timePeriodS: 3600, suppressionS: 3600, scope: 'all_stores' as const },
    ...{ notifyCorporate: false, notifyStore: false, notifyEmails: true },
    emails: ['one@example.com', 'two@example.com'],
  };
  const rule = { family: 'loyalty' as const, settings };
  await createRule(acting(deps, { name: 'analyst:recorder' }), rule);
  const activity = { id: 'recorded', metric, owner: '1', store: null, quantity: 1 };
  const { raised } = await inTransaction(deps.db, (db) =>
    recordActivities({ db }, 'loyalty', [{ ...activity, occurredAtMs: deps.now().getTime() }]),
  );
  if (raised[0] === undefined) throw new Error('no alert was raised');
  return raised[0];
};

/** Runs `notifyAlert` to its end, with one mail that is refused once. Returns its handle. */
export const runNotifyAlert = async (
  deps: BuiltDeps['deps'],
  parts: {
    readonly client: Client;
    readonly connection: NativeConnection;
    readonly identity: string;
    readonly taskQueue: string;
  },
) => {
  const { client, connection, identity, taskQueue } = parts;
  const smtp = await startSmtpServer();
  const mail = createMail({ url: smtp.url, from: { name: '', address: 'verdict@example.com' } });
  const worker = await Worker.create({
    ...{ connection, identity, taskQueue: queuesOf(taskQueue).alerts },
    activities: createAlertActivities({ ...deps, mail }),
    dataConverter: { failureConverterPath },
  });
  try {
    const eventId = await raise(deps);
    smtp.setFault({ at: 'rcpt', to: 'two@example.com', reply: 451 });
    const handle = client.workflow.getHandle(notifyAlertWorkflowIdOf(taskQueue, eventId));
    await worker.runUntil(async () => {
      await createAlertNotifier(client, taskQueue)(eventId);
      await until('one mail is refused', async () => smtp.connections() >= 2);
      smtp.setFault(undefined);
      await until(notifyAlertPath, () => hasEnded(handle));
    });
    return handle;
  } finally {
    await smtp.close();
  }
};
