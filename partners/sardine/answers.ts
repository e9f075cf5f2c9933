import {
  SardineErrorResponse,
  SardineRiskResponse,
  SardineStatusResponse,
} from '../../contracts/sardine/response.js';
import type { Opinion } from '../call.js';
import { PartnerFault } from '../fault.js';
import { type HttpAnswer, parseJson } from '../http.js';
import { opinionOf } from './opinion.js';

/** Sardine does not know the customer, or no longer does. */
export class UnknownCustomerFault extends PartnerFault {
  override readonly name = 'UnknownCustomerFault';
}

const isUnknownCustomer = ({ status, text }: HttpAnswer): boolean => {
  if (status === 422) return true;
  if (status !== 400 && status !== 404) return false;
  return parseJson(SardineErrorResponse, text)?.code === 'unknown_customer';
};

/** Sardine writes `success` and `Success`, and may answer `Timeout` with status 200. */
const isSuccess = (status: string): boolean => status.toLowerCase() === 'success';

/** Throws `PartnerFault` unless Sardine accepted a customer or a feedback. */
export const assertAccepted = ({ status, text, fault }: HttpAnswer): void => {
  if (fault !== undefined) throw fault;
  const response = parseJson(SardineStatusResponse, text);
  if (response === undefined) throw new PartnerFault('invalid_response', { status });
  if (!isSuccess(response.status)) throw new PartnerFault('partner_transient', { status });
};

/** The opinion in the answer to a risk call of our session. Throws `PartnerFault` without one. */
export const readOpinion = (answer: HttpAnswer, sessionKey: string): Opinion => {
  const { status } = answer;
  if (isUnknownCustomer(answer)) throw new UnknownCustomerFault('refused', { status });
  if (answer.fault !== undefined) throw answer.fault;
  const response = parseJson(SardineRiskResponse, answer.text);
  if (response === undefined) throw new PartnerFault('invalid_response', { status });
  if (!isSuccess(response.status)) throw new PartnerFault('partner_transient', { status });
  if (response.sessionKey !== sessionKey) throw new PartnerFault('wrong_echo', { status });
  return opinionOf(response);
};
