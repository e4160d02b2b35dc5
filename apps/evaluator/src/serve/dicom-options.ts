/** What `serve` listens for C-STORE with, and where it sends. */
import { readInputFile } from '@mammokit/atomic-files'
import { CommandLineError, type Progress } from '@mammokit/command-line'
import type { DeliveryOptions, DicomListenerOptions } from '@mammokit/study-service'
import { parseDestination } from '@mammokit/study-service'
import type { ResolvedServeConfig } from './http-options.ts'

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
  if ((dicomTlsCert === undefined) !== (dicomTlsKey === undefined)) {
    const missing = dicomTlsCert === undefined ? '--dicom-tls-cert' : '--dicom-tls-key'
    const message = `Expected ${missing} for TLS but received none. Give both files.`
    throw new CommandLineError('invalid-value', message, { missing })
  }
  const read = async (path: string) => String(await readInputFile(path, 'Check the path.'))
  const tls = dicomTlsCert !== undefined && {
    ...{ cert: await read(dicomTlsCert), key: await read(dicomTlsKey!) },
    ...(dicomTlsCa !== undefined && { ca: await read(dicomTlsCa) }),
  }
  const limits = Object.fromEntries(Object.entries(dicomLimits).filter(([, value]) => value !== undefined))
  return {
    ...{ host, port, aeTitle, ...limits },
    ...(peer !== undefined && { peers: [peer].flat() }),
    ...(tls && { tls }),
    onEvent({ kind, peer: address, code }) {
      progress.line(`${new Date().toISOString()} DICOM ${address} ${kind}${code && ` ${code}`}`)
    },
  }
}

/** @throws {StudyError} `bad-option` */
export function deliveryOptions({ storeTo = [], aeTitle }: ResolvedServeConfig, progress: Progress): DeliveryOptions {
  return {
    ...{ destinations: [storeTo].flat().map(parseDestination), aeTitle },
    onEvent({ kind, destination, objects, code }) {
      progress.line(`${new Date().toISOString()} ${objects} objects ${kind} to ${destination}${code && ` ${code}`}`)
    },
  }
}
