import { Context } from '@temporalio/activity';
import { deleteOld, type DeletedPart } from '../../services/retention.js';
import type { UpkeepActivityDeps } from './create-upkeep-activities.js';

/** Twenty thousand rows: a few seconds on a quiet database. */
const statementsMax = 20;

/**
 * Deletes some rows whose retention has passed. It may run twice, also concurrently: a row is
 * deleted once. Stops between two statements when cancelled. Throws `TemporarilyUnavailable`.
 */
export const deleteSomeOldRows =
  ({ db, settings, now }: UpkeepActivityDeps) =>
  async (): Promise<DeletedPart> => {
    const context = Context.current();
    const onStatement = (): void => {
      context.heartbeat();
      context.cancellationSignal.throwIfAborted();
    };
    return deleteOld({ db, now: now() }, { settings, statementsMax, onStatement });
  };
