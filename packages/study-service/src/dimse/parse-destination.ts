import { StudyError } from '../study-error.ts'
import { isAeTitle } from './listener-options.ts'
import type { Destination } from './send-objects.ts'

/**
 * @param text `AET@host:port`, an IPv6 address in brackets
 * @throws {StudyError} `bad-option`
 * @example
 * parseDestination('PACS@10.1.0.7:104') // { aeTitle: 'PACS', host: '10.1.0.7', port: 104 }
 */
export function parseDestination(text: string): Destination {
  const [, aeTitle = '', name = '', digits = ''] =
    /^([^@]+)@(\[[0-9a-fA-F:.]+\]|[^\s:@[\]]+):(\d{1,5})$/.exec(text) ?? []
  const [host, port] = [name.replace(/^\[|\]$/g, ''), Number(digits)]
  if (isAeTitle(aeTitle) && host !== '' && port > 0 && port < 65_536) return { aeTitle, host, port }
  const message = `Expected AET@host:port for a destination but received ${text}. Such as PACS@10.1.0.7:104.`
  throw new StudyError('bad-option', message, { text })
}

export function destinationName({ aeTitle, host, port }: Destination): string {
  return `${aeTitle}@${host.includes(':') ? `[${host}]` : host}:${port}`
}
