/**
 * Every error a caller can meet, in one list (RFC 9457). `code` ends the problem's `type`, and never changes
 * once released: clients branch on it. `detail` is for people and may change.
 */
export const problemCodes = {
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  unauthenticated: { status: 401, title: 'A valid credential is needed' },
  forbidden: { status: 403, title: 'This caller may not do that' },
  'not-found': { status: 404, title: 'There is nothing here' },
  conflict: { status: 409, title: 'The request conflicts with what is stored' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'This content type or encoding is not accepted' },
  'validation-failed': { status: 422, title: 'Some fields are not valid' },
  'clock-skew': { status: 422, title: "The id's time is too far from the server's" },
  'action-too-large': { status: 422, title: 'One item is larger than the limit' },
  'nested-too-deep': { status: 422, title: 'One item is nested deeper than the limit' },
  unstorable: { status: 422, title: 'The database refused this item' },
  'too-many-requests': { status: 429, title: 'The rate limit is used up' },
  'internal-error': { status: 500, title: 'Something went wrong on our side' },
  'database-unavailable': { status: 503, title: 'The database does not answer' },
  'issuer-unavailable': { status: 503, title: "The platform's token issuer does not answer" },
  'queue-full': { status: 503, title: 'Too much is waiting to be stored' },
  'shutting-down': { status: 503, title: 'The service is closing' },
} as const;

export type ProblemCode = keyof typeof problemCodes;

/** One field that is wrong: `path` is a JSON-like path (`actions[3].user_id`), `message` plain words. */
export interface FieldError {
  path: string;
  message: string;
}

/** What a problem may carry beyond its code and detail. */
export interface ProblemExtras {
  errors?: FieldError[];
  /** Response headers, such as `retry-after` in seconds. */
  headers?: Record<string, string>;
  /** Further members of the problem document, such as `server_time`. */
  members?: Record<string, unknown>;
  cause?: unknown;
}

/** Where a problem's `type` points: relative, so that it resolves against this very service. */
export const problemType = (code: ProblemCode): string => `/problems/${code}`;

/** An error that is safe to show to the caller: thrown anywhere below a route, rendered by the one error handler. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = 'Problem';
    this.code = code;
    this.status = problemCodes[code].status;
    this.extras = extras;
  }
}

/** The RFC 9457 document of a problem. `instance` is the path of the request, without its query. */
export function problemDocument(problem: Problem, instance?: string): Record<string, unknown> {
  return {
    type: problemType(problem.code),
    title: problemCodes[problem.code].title,
    status: problem.status,
    detail: problem.message,
    ...(instance === undefined ? {} : { instance }),
    ...(problem.extras.errors ? { errors: problem.extras.errors } : {}),
    ...problem.extras.members,
  };
}
