/** Who may connect to the DICOM listener, and how much of it one may take. */
import { BlockList, isIP } from 'node:net'
import { isLoopback } from '../http/authorize.ts'
import { StudyError } from '../study-error.ts'

/** Where a DICOM provider listens, to whom, and its limits. */
export interface DicomListenerOptions {
  /** @default 11112, the registered port for DICOM */
  readonly port?: number
  /** Address to listen at. Another one than the machine's own needs `tls` or `peers`. @default '127.0.0.1' */
  readonly host?: string
  /** Called by any other title, an association is rejected. @default 'MAMMOKIT' */
  readonly aeTitle?: string
  /** Addresses or networks (10.1.0.0/16) that may connect. @default any */
  readonly peers?: readonly string[]
  /** PEM of the certificate and its key; with `ca`, clients need a certificate of it. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer; readonly ca?: string | Buffer }
  /** Associations at a time; one more is rejected for now. @default 16 */
  readonly maxAssociations?: number
  /** Time without a whole PDU after which a connection is ended. @default 60 */
  readonly idleSeconds?: number
  /** Bytes of a PDU at most, 4096 to 1 MiB. @default 131072 */
  readonly maxPduBytes?: number
  readonly onEvent?: (event: ListenerEvent) => void
}

/** What happened, with nothing of a patient. */
export interface ListenerEvent {
  readonly kind: 'connection-refused' | 'association-rejected' | 'association-failed' | 'stored' | 'not-stored' | 'echo'
  /** Address of the peer. */
  readonly peer: string
  /** Why, for what was refused; hash of the study's UID, for what was stored. */
  readonly code: string
}

export type ResolvedListenerOptions = Required<Omit<DicomListenerOptions, 'peers' | 'tls'>> &
  Pick<DicomListenerOptions, 'tls'> & { readonly isPeer: (address: string) => boolean }

/** @throws {StudyError} `bad-option` */
export function resolveListenerOptions(options: DicomListenerOptions): ResolvedListenerOptions {
  const { port = 11112, host = '127.0.0.1', aeTitle = 'MAMMOKIT', peers, tls, onEvent = () => {} } = options
  const { maxAssociations = 16, idleSeconds = 60, maxPduBytes = 131_072 } = options
  const check = (isRight: boolean, name: string, expected: string, value: unknown) => {
    if (isRight) return
    const message = `Expected ${expected} for ${name} but received ${String(value)}. Choose another value.`
    throw new StudyError('bad-option', message, { name, value })
  }
  check(Number.isInteger(port) && port >= 0 && port < 65_536, 'port', 'a port', port)
  check(isAeTitle(aeTitle), 'aeTitle', '1 to 16 characters without a backslash', aeTitle)
  check(
    Number.isInteger(maxAssociations) && maxAssociations > 0,
    'maxAssociations',
    'a positive integer',
    maxAssociations,
  )
  check(idleSeconds > 0 && idleSeconds < 2 ** 31 / 1000, 'idleSeconds', 'a positive number', idleSeconds)
  check(maxPduBytes >= 4096 && maxPduBytes <= 2 ** 20, 'maxPduBytes', '4096 to 1048576', maxPduBytes)
  const isOpen = !isLoopback(host) && tls === undefined && (peers === undefined || peers.length === 0)
  check(!isOpen, 'host', 'TLS or a list of peers beyond the loopback address', host)
  const isPeer = peers === undefined || peers.length === 0 ? () => true : peerTest(peers, check)
  return { port, host, aeTitle, ...(tls && { tls }), maxAssociations, idleSeconds, maxPduBytes, onEvent, isPeer }
}

/** Of the default character repertoire, without leading or trailing spaces (PS3.5 6.2, AE). */
export function isAeTitle(text: string): boolean {
  return /^[\x21-\x7e](?:[\x20-\x7e]{0,14}[\x21-\x7e])?$/.test(text) && !text.includes('\\')
}

function peerTest(
  peers: readonly string[],
  check: (isRight: boolean, name: string, expected: string, value: unknown) => void,
): (address: string) => boolean {
  const list = new BlockList()
  for (const peer of peers) {
    const [address = '', bits, ...more] = peer.split('/')
    const family = isIP(address)
    const length = bits === undefined ? (family === 4 ? 32 : 128) : Number(/^\d+$/.test(bits) ? bits : Number.NaN)
    check(
      family !== 0 && more.length === 0 && length <= (family === 4 ? 32 : 128),
      'peers',
      'addresses or networks',
      peer,
    )
    list.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6')
  }
  return (address) => {
    const plain = plainAddress(address)
    return isIP(plain) !== 0 && list.check(plain, isIP(plain) === 4 ? 'ipv4' : 'ipv6')
  }
}

/** An IPv4 address that came by an IPv6 socket is an IPv4 address. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '')
}
