/** Errors as problem documents (RFC 9457): what was expected, what came, what to do. */
import { STATUS_CODES } from 'node:http'
import { StudyError, type StudyErrorCode } from '../study-error.ts'

/** Status of the errors that a request can cause; all others are faults of the server, 500. */
const statuses: Partial<Record<StudyErrorCode, number>> = {
  'bad-request': 400,
  unauthorized: 401,
  'foreign-origin': 403,
  'not-found': 404,
  'bad-method': 405,
  'too-slow': 408,
  removed: 410,
  'too-large': 413,
  'too-many-objects': 413,
  'bad-object': 415,
  'not-answered': 422,
  busy: 503,
  'spool-closed': 503,
  'spool-full': 507,
}

export interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
}

/** Says nothing of an error that was not made for the sender: its message may name paths. */
export function problemOf(error: unknown): Problem {
  const status = error instanceof StudyError ? statuses[error.code] : undefined
  if (error instanceof StudyError && status !== undefined) {
    const { code, message, details } = error
    return { status, code, detail: details.part === undefined ? message : `Part ${details.part}: ${message}` }
  }
  const detail = 'Expected an answer but the service failed. Try again later; its log names the cause.'
  return { status: 500, code: 'failed', detail }
}

/** @param headers beside those of every problem, such as `Retry-After` */
export function problemResponse(
  { status, code, detail }: Problem,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, code, detail }
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  })
}
