import { type ApiErrors, type ErrorCode, errorCodes } from '../../contracts/errors.js';
import type { ConfirmationFigures } from '../../contracts/v1/confirmation.js';
import { keyNeeded } from '../authorise.js';
import { HttpFault } from '../faults.js';
import { unknownParameterFaults } from '../known-parameters.js';
import type { Operation } from '../operation.js';
import { parsed } from '../parsed.js';
import { needsConfirmation } from '../refusals.js';

const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  503: 'temporarily_unavailable',
};

/** A message of each code that a status or a description names. */
const messages: Partial<Readonly<Record<ErrorCode, string>>> = {
  missing_field: '$.reason is required',
  unknown_transaction: '$.transactionId is not known',
  transaction_conflict: '$ differs from the order that is stored under these ids',
  decision_conflict: '$.recommendationCode differs from what was decided before',
  not_in_review: '$ the transaction is not in review: it can no longer be withdrawn',
  claimed_by_another: 'reviewer:kim has claimed the case until 2026-11-28T12:20:00.000Z',
  claim_lost: 'you do not hold the case',
  already_decided: 'reviewer:kim decided reject at 2026-11-28T12:14:00.000Z',
  case_closed: 'the order is no longer in review',
  not_undoable: 'no decision waits that can be undone',
  version_conflict: '$.expectedVersion is not the version in force',
  stale_base: 'it was begun from what is not in force any more: rebase it first',
  rebase_conflict: 'R33 was changed in the draft and otherwise in what is in force',
  four_eyes: 'somebody else than who proposed it must approve it',
  draft_closed: 'the draft was published or discarded; begin another one',
  proposal_closed: 'it was approved or discarded',
  trial_running: 'another trial is running; end it first',
  trial_not_running: 'only a running rollout has a share to change',
  duplicate_name: '$.name is that of another one',
  part_conflict: '$ differs from the part that is stored by this number',
  import_finished: 'the import has ended; begin another one',
  unauthorized: keyNeeded,
  forbidden: 'a key of role aifi may not do this; admin may',
  payload_too_large: 'the body must have at most 1 MB',
  temporarily_unavailable: 'no answer in time; send the same request again',
};

/** An example of a long list of faults shows this many. */
const shownMax = 2;

/** What the operation's parser says of an empty object. */
const faultsOfEmpty = (body: NonNullable<Operation['body']>): ApiErrors => {
  try {
    parsed(body, {});
    return [];
  } catch (error) {
    if (error instanceof HttpFault) return error.errors.slice(0, shownMax);
    throw error;
  }
};

const badInput = ({ body, ownBody, bodyType, query }: Operation): ApiErrors => {
  if (bodyType !== undefined) {
    return [{ error: 'invalid_value', message: '$ must be text in UTF-8' }];
  }
  if (body === undefined && ownBody === undefined) {
    return unknownParameterFaults({ colour: [''] }, Object.keys(query?.shape ?? {}));
  }
  const wrong = body === undefined ? [] : faultsOfEmpty(body);
  return wrong.length > 0 ? wrong : [{ error: 'invalid_json', message: '$ must be valid JSON' }];
};

/** The 404 of a description such as `No such list.`; a code may stand before the sentence. */
const notFound = ({ params = {} }: Operation, description: string): ApiErrors => {
  const [, code, text = ''] = /^(?:`(\w+)`: )?(.+)\.$/.exec(description) ?? [];
  const missing = Object.values(params).at(-1)?.missing().errors[0]?.error;
  const error = (code as ErrorCode | undefined) ?? missing ?? 'not_found';
  return [{ error, message: `${text.charAt(0).toLowerCase()}${text.slice(1)}` }];
};

const isCode = (name: string): name is ErrorCode => errorCodes.some((code) => code === name);

const codesIn = (description: string): ErrorCode[] =>
  [...description.matchAll(/`(\w+)`/g)].map(([, name = '']) => name).filter(isCode);

/**
 * Examples of the answer with a fault: one of each code that its description names, else that of
 * its status. Those of bad input come from the operation's own parser.
 */
export const faultExamplesOf = (
  operation: Operation,
  fault: { readonly status: number; readonly description: string },
  figures: ConfirmationFigures,
): readonly ApiErrors[] => {
  const { status, description } = fault;
  if (status === 404) return [notFound(operation, description)];
  const confirm = '9f86d081884c7d659a2feaa0c55ad015';
  const ofCode = (code: ErrorCode): ApiErrors => {
    if (code === 'needs_confirmation') return [...needsConfirmation({ confirm, figures }).errors];
    return [{ error: code, message: messages[code] ?? '' }];
  };
  const usual = codeOfStatus[status];
  const codes = codesIn(description);
  if (codes.length === 0 && usual !== undefined) return [ofCode(usual)];
  const isPlain = status === 400 && !description.startsWith('`');
  return [...(isPlain ? [badInput(operation)] : []), ...codes.map(ofCode)];
};
