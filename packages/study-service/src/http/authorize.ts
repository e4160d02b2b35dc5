/** Who may ask: on loopback the programs of this machine, but no page of a browser; beyond it whoever has the token. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { StudyError } from '../study-error.ts'

/** Characters of a token at least: 128 bits in hexadecimal. */
export const minTokenLength = 32

export interface RequestHeaders {
  readonly authorization?: string | undefined
  readonly host?: string | undefined
  readonly origin?: string | undefined
}

/**
 * Lets a request with the token pass or, where there is no token, one that a program of this machine made: a page elsewhere could
 * post forms to loopback, or give its own name the address of loopback.
 *
 * @throws {StudyError} `unauthorized`, `foreign-origin`
 */
export function authorize({ authorization, host, origin }: RequestHeaders, token: string | undefined): void {
  if (token !== undefined) {
    if (isToken(authorization, token)) return
    throw new StudyError(
      'unauthorized',
      `Expected the token of this service for Authorization but received ${authorization === undefined ? 'none' : 'another'}. Send Authorization: Bearer TOKEN.`,
    )
  }
  if (isLoopbackName(host) && (origin === undefined || isLoopbackOrigin(origin))) return
  throw new StudyError(
    'foreign-origin',
    'Expected a request of this machine for a service without a token but received one by another host name or of a page elsewhere. Ask http://127.0.0.1, or set a token.',
  )
}

/** Takes as long for a token that is nearly right as for any other. */
function isToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? ''
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(token))
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopbackName(new URL(origin).host)
}

function isLoopbackName(host: string | undefined): boolean {
  return host !== undefined && isLoopback(host.replace(/:\d+$/, ''))
}

/**
 * Whether only this machine can reach an address or name.
 *
 * @example
 * isLoopback('127.0.0.1') // true
 * isLoopback('0.0.0.0') // false
 */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i.test(host)
}
