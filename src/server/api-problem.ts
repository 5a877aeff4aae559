import type { ApiErrorCode } from '../protocol/errors.ts';

/** A refusal that is the client's to read: becomes `{error, message, …details}` with this status. */
export class ApiProblem extends Error {
  override name = 'ApiProblem';
  readonly status: number;
  readonly code: ApiErrorCode;
  readonly details: Record<string, unknown>;

  constructor(status: number, code: ApiErrorCode, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const notFound = (thing: string, message: string): ApiProblem =>
  new ApiProblem(404, `${thing}_not_found`, message);
