/** What `serve` listens for C-STORE with, and where it sends. */
import { CommandLineError, type Progress } from '@mammokit/command-line'
import type { DeliveryOptions, DicomListenerOptions } from '@mammokit/study-service'
import { parseDestination } from '@mammokit/study-service'
import { assertNoStray } from '../stray-option.ts'
import { givenOf, type ResolvedServeConfig } from './http-options.ts'
import { readClientTls, readServerTls } from './tls-files.ts'

/** @throws {CommandLineError} `invalid-value`; FileError for a file that cannot be read */
export async function listenerOptions(
  {
    dicomHost: host,
    dicomPort: port,
    aeTitle,
    peer,
    dicomTlsCert,
    dicomTlsKey,
    dicomTlsCa,
    dicomLimits,
  }: ResolvedServeConfig,
  progress: Progress,
): Promise<DicomListenerOptions> {
  const tls = await readServerTls('--dicom-tls', { cert: dicomTlsCert, key: dicomTlsKey, ca: dicomTlsCa })
  return {
    host,
    port,
    aeTitle,
    ...givenOf(dicomLimits),
    ...(peer !== undefined && { peers: [peer].flat() }),
    ...(tls && { tls }),
    onEvent({ kind, peer: address, code }) {
      progress.line(`${new Date().toISOString()} DICOM ${address} ${kind}${code && ` ${code}`}`)
    },
  }
}

/** Options that mean nothing without a destination. */
const sendOnly = ['storeToTlsCa', 'storeToTlsCert', 'storeToTlsKey', 'storeToPlain'] as const

/** @throws {CommandLineError} `invalid-value`; {StudyError} `bad-option`; FileError for a file that cannot be read */
export async function deliveryOptions(config: ResolvedServeConfig, progress: Progress): Promise<DeliveryOptions> {
  const { storeTo = [], aeTitle, storeToTlsCa, storeToTlsCert, storeToTlsKey, storeToPlain } = config
  const destinations = [storeTo].flat().map(parseDestination)
  if (destinations.length === 0) {
    const needed = { flag: '--store-to', gives: 'a destination' }
    assertNoStray(sendOnly, config, { storeToPlain: false }, needed)
  }
  const paths = { cert: storeToTlsCert, key: storeToTlsKey, ca: storeToTlsCa }
  const tls = await readClientTls('--store-to-tls', paths)
  if (tls && storeToPlain) {
    const message = 'Expected --store-to-tls-ca or --store-to-plain but received both. Leave one out.'
    throw new CommandLineError('invalid-value', message, {})
  }
  return {
    destinations,
    aeTitle,
    allowPlain: storeToPlain,
    ...(tls && { tls }),
    onEvent({ kind, destination, objects, code }) {
      progress.line(`${new Date().toISOString()} ${objects} objects ${kind} to ${destination}${code && ` ${code}`}`)
    },
  }
}
