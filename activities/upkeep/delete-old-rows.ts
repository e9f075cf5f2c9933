import { Context } from '@temporalio/activity';
import { deleteOld, type DeletedPart } from '../../services/retention.js';
import type { UpkeepActivityDeps } from './create-upkeep-activities.js';

/** Twenty thousand rows: some seconds on a quiet database. */
const statementsMax = 20;

/**
 * Deletes some of what has been kept for its time. It may run twice, also at the same moment: a row
 * is deleted once. Ends between two statements when it is cancelled. Throws
 * `TemporarilyUnavailable`.
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
