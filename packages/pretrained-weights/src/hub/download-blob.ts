/** One file of the hub into the cache's blobs, over as many connections as that takes. */
import { createWriteStream } from 'node:fs'
import { stat, truncate } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { downloadFile } from '@huggingface/hub'
import { PretrainedWeightsError } from '../pretrained-weights-error.ts'
import { exists } from './cache.ts'
import { addFile, startChecksum } from './checksum.ts'
import type { HubEnvironment } from './environment.ts'
import { asHubError } from './hub-error.ts'
import { claimPartialBlob, type PartialBlob } from './partial-blob.ts'

export interface RemoteBlob {
  readonly repository: string
  readonly commit: string
  readonly file: string
  /** SHA-256 or git's SHA-1: see `startChecksum`. */
  readonly etag: string
  readonly sizeBytes: number
}

const maxFailures = 5

/**
 * Downloads a blob, continuing what an earlier attempt left, and puts it in its place once size and checksum are right.
 *
 * @throws {PretrainedWeightsError} `hub-failed` after five failures without a byte, `damaged`
 */
export async function downloadBlob(
  environment: HubEnvironment,
  remote: RemoteBlob,
  blob: string,
  onProgress: (receivedBytes: number) => void,
): Promise<void> {
  const partial = await claimPartialBlob(blob)
  try {
    // What an earlier attempt left may be damaged: then all of it is fetched once more.
    for (const isLast of [false, true]) {
      await fillPartial(environment, remote, partial, onProgress)
      const hash = startChecksum(remote.etag, remote.sizeBytes)
      await addFile(hash, partial.path)
      const received = hash.digest('hex')
      if (received === remote.etag) return await partial.finish()
      await truncate(partial.path)
      if (isLast) throw damaged(remote, received)
    }
  } catch (error) {
    if (error instanceof PretrainedWeightsError && error.code === 'damaged') await partial.discard()
    else await partial.release()
    throw error
  }
}

async function fillPartial(
  environment: HubEnvironment,
  remote: RemoteBlob,
  { path }: PartialBlob,
  onProgress: (receivedBytes: number) => void,
): Promise<void> {
  const { sizeBytes } = remote
  for (let failures = 0; ; ) {
    let at = await sizeOf(path)
    if (at > sizeBytes) {
      await truncate(path)
      at = 0
    }
    onProgress(at)
    if (at === sizeBytes && (await exists(path))) return
    const before = at
    try {
      await appendFrom(environment, remote, path, at, (received) => onProgress(before + received))
    } catch (error) {
      environment.signal?.throwIfAborted()
      failures = (await sizeOf(path)) > before ? 1 : failures + 1
      if (failures > maxFailures) throw asHubError(error, environment, remote)
      await wait(environment.retryDelayMs * 2 ** (failures - 1), undefined, {
        ...(environment.signal && { signal: environment.signal }),
      })
    }
  }
}

async function appendFrom(
  { endpoint, token, fetch }: HubEnvironment,
  remote: RemoteBlob,
  path: string,
  at: number,
  onReceived: (bytes: number) => void,
): Promise<void> {
  const { repository, commit, file, sizeBytes } = remote
  const source = await downloadFile({
    repo: { type: 'model', name: repository },
    path: file,
    revision: commit,
    hubUrl: endpoint,
    xet: false,
    fetch,
    ...(token && { accessToken: token }),
  })
  if (source === null) throw wrongSize(remote, 0)
  let received = 0
  const count = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      received += chunk.length
      if (at + received > sizeBytes) throw wrongSize(remote, at + received)
      onReceived(received)
      yield chunk
    }
  }
  const body = Readable.fromWeb(source.slice(at).stream() as Parameters<typeof Readable.fromWeb>[0])
  await pipeline(body, count, createWriteStream(path, { flags: 'a' }))
  if (at + received < sizeBytes) throw wrongSize(remote, at + received)
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

function damaged({ repository, file, etag, sizeBytes }: RemoteBlob, received: string): PretrainedWeightsError {
  const message = `Expected ${file} of ${repository} with the checksum ${etag} but received ${sizeBytes} bytes with ${received}, twice. A proxy or mirror alters the file; try without it.`
  return new PretrainedWeightsError('damaged', message, { repository, file, expected: etag, received })
}

function wrongSize({ repository, file, sizeBytes }: RemoteBlob, received: number): PretrainedWeightsError {
  const message = `Expected ${sizeBytes} bytes for ${file} of ${repository} but received ${received}. Start again: what has come is kept.`
  return new PretrainedWeightsError('hub-failed', message, { repository, file, expected: sizeBytes, received })
}
