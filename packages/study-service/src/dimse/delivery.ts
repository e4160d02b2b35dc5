/**
 * Sends the DICOM objects of answers to where they are wanted, for as long as it takes: what was not sent is found on disk by the next
 * process. An object that was sent and not noted, as before a kill, is sent again, with the same UID and the same bytes.
 */
import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { writeJsonAtomic } from '@mammokit/atomic-files'
import { isLoopback } from '../http/authorize.ts'
import { checkTlsFiles, type TlsFiles } from '../http/listen.ts'
import type { Spool } from '../spool/open-spool.ts'
import { answersOf } from '../spool/retention.ts'
import type { SpooledStudy } from '../spool/spooled-study.ts'
import { StudyError } from '../study-error.ts'
import { isAeTitle } from './listener-options.ts'
import { destinationName } from './parse-destination.ts'
import type { Destination } from './send-objects.ts'

/** Where answers are sent, and when they are sent again. */
export interface DeliveryOptions {
  readonly destinations: readonly Destination[]
  /**
   * PEM: send over TLS 1.2 or newer to destinations with a certificate of `ca` (default: those of Node) for their host; `cert` and `key` for
   * those that ask for one. @default in the clear
   */
  readonly tls?: TlsFiles
  /** Whether destinations beyond this machine may get objects in the clear. @default false */
  readonly allowPlain?: boolean
  /** Title to call with. @default 'MAMMOKIT' */
  readonly aeTitle?: string
  /** Wait after the first failure, doubled for each further one. @default 5 */
  readonly retrySeconds?: number
  /** The longest wait. @default 300 */
  readonly maxRetrySeconds?: number
  /** Time without a word of the destination. @default 60 */
  readonly idleSeconds?: number
  readonly onEvent?: (event: DeliveryEvent) => void
}

/** What happened, with nothing of a patient. */
export interface DeliveryEvent {
  readonly kind: 'delivered' | 'not-delivered'
  readonly destination: string
  readonly objects: number
  /** Of `not-delivered`: `network`, `tls`, `rejected`, `no-context`, `unreadable`, or the status of a response, such as `0xa700`; else ''. */
  readonly code: string
}

/** Sends the reports and captures of answers until it is stopped. */
export interface Delivery {
  /** To be called when there is a new answer. */
  wake(): void
  /** For the work loop: whether all objects of an answer were taken by all destinations. */
  isDelivered(study: SpooledStudy, answerNumber: number): Promise<boolean>
  /** Ends after the association at hand. */
  stop(): Promise<void>
}

/** Objects of one association. */
const batchSize = 16

/** Files of one answer that a destination lacks. */
interface Parcel {
  readonly study: SpooledStudy
  readonly answerNumber: number
  readonly paths: readonly string[]
}

/**
 * @throws {StudyError} `bad-option`
 * @example
 * const delivery = startDelivery(spool, { destinations: [parseDestination('PACS@10.1.0.7:2762')], tls: { ca } })
 * startWorkLoop(spool, { answer, isDelivered: delivery.isDelivered, onEvent: delivery.wake })
 */
export function startDelivery(spool: Spool, options: DeliveryOptions): Delivery {
  const { destinations, aeTitle = 'MAMMOKIT', retrySeconds = 5, maxRetrySeconds = 300, idleSeconds = 60 } = options
  const { tls, allowPlain = false, onEvent = () => {} } = options
  for (const [name, value] of Object.entries({ retrySeconds, maxRetrySeconds, idleSeconds })) {
    if (Number.isFinite(value) && value > 0) continue
    throw badOption(name, 'a positive number', value)
  }
  if (!isAeTitle(aeTitle)) throw badOption('aeTitle', '1 to 16 characters without a backslash', aeTitle)
  if (tls) checkTlsFiles(tls)
  for (const to of destinations) {
    if (tls || allowPlain || isLoopback(to.host)) continue
    throw badOption('destinations', 'TLS or allowPlain for one beyond this machine', destinationName(to))
  }
  const stop = new AbortController()
  const wakers = new Set<() => void>()
  const loops = destinations.map(deliverTo)
  return {
    wake: () => {
      for (const wake of wakers) wake()
    },
    isDelivered,
    async stop() {
      stop.abort()
      for (const wake of wakers) wake()
      await Promise.all(loops)
    },
  }

  async function deliverTo(destination: Destination): Promise<void> {
    const name = destinationName(destination)
    let failures = 0
    let isNew = true
    const wake = { up: () => {} }
    wakers.add(() => {
      isNew = true
      wake.up()
    })
    while (!stop.signal.aborted) {
      isNew = false
      const parcels = await findParcels(name)
      const isSent = parcels.length === 0 || (await sendParcels(parcels, destination, name))
      failures = isSent ? 0 : failures + 1
      if (parcels.length > 0 && isSent) continue
      const waitMs = isSent
        ? undefined
        : 1000 * Math.min(maxRetrySeconds, retrySeconds * 2 ** Math.min(20, failures - 1))
      if (stop.signal.aborted || (isNew && isSent)) continue
      await new Promise<void>((resolve) => {
        const timer = waitMs === undefined ? undefined : setTimeout(resolve, waitMs)
        // A new answer does not end the wait for a destination that is away.
        wake.up = () => {
          if (!isSent && !stop.signal.aborted) return
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  /** Oldest answers first, as a report names the one before. */
  async function findParcels(name: string): Promise<Parcel[]> {
    const parcels: Parcel[] = []
    const studies = [...spool.studies.values()].filter(({ record }) => record.answer)
    const answeredAt = ({ record }: SpooledStudy) => record.answer!.answeredAt
    for (const study of studies.sort((a, b) => (answeredAt(a) < answeredAt(b) ? -1 : 1))) {
      for (const answerNumber of await answersOf(study)) {
        const key = `${name} ${answerNumber}`
        if (answerNumber > study.record.answer!.number || study.delivered.has(key)) continue
        const files = await objectsOf(study, answerNumber)
        const sent = new Set((await readSent(study, answerNumber))[name])
        const paths = files.filter((path) => !sent.has(basename(path)))
        if (paths.length > 0) parcels.push({ study, answerNumber, paths })
        else study.delivered.add(key)
      }
    }
    return parcels
  }

  /** @returns whether all of them were taken */
  async function sendParcels(parcels: readonly Parcel[], to: Destination, name: string): Promise<boolean> {
    const { sendObjects } = await import('./send-objects.ts')
    let isAll = true
    for (const { study, answerNumber, paths } of parcels) {
      for (let at = 0; at < paths.length && !stop.signal.aborted; at += batchSize) {
        const batch = paths.slice(at, at + batchSize)
        const timeoutMs = idleSeconds * 1000
        const { statuses, reason } = await sendObjects(batch, to, { callingAeTitle: aeTitle, timeoutMs, tls }).catch(
          () => ({ statuses: new Map<string, number>(), reason: 'unreadable' as const }), // by the disk; other answers go on
        )
        const taken = batch.filter((path) => isTaken(statuses.get(path)))
        if (taken.length > 0) {
          if (!(await noteSent(study, answerNumber, name, taken))) isAll = false
          onEvent({ kind: 'delivered', destination: name, objects: taken.length, code: '' })
        }
        if (taken.length === batch.length) continue
        isAll = false
        const refused = [...statuses.values()].find((status) => !isTaken(status))
        const code = refused === undefined ? reason! : `0x${refused.toString(16).padStart(4, '0')}`
        onEvent({ kind: 'not-delivered', destination: name, objects: batch.length - taken.length, code })
        if (reason === 'network' || reason === 'tls' || reason === 'rejected') return false
      }
    }
    return isAll
  }

  async function isDelivered(study: SpooledStudy, answerNumber: number): Promise<boolean> {
    if (destinations.length === 0) return true
    const names = (await objectsOf(study, answerNumber)).map((path) => basename(path))
    const sent = await readSent(study, answerNumber)
    return destinations.every((to) => {
      const taken = new Set(sent[destinationName(to)])
      return names.every((name) => taken.has(name))
    })
  }

  /** @returns whether it is on the disk; where it is not, as on a full one, the same is sent again later */
  async function noteSent(study: SpooledStudy, answerNumber: number, name: string, paths: readonly string[]) {
    return await study
      .alone(async () => {
        const sent = await readSent(study, answerNumber)
        const names = new Set([...(sent[name] ?? []), ...paths.map((path) => basename(path))])
        await writeJsonAtomic(`${study.answerFolder(answerNumber)}/sent.json`, { ...sent, [name]: [...names] })
      })
      .then(
        () => true,
        () => false,
      )
  }
}

async function objectsOf(study: SpooledStudy, answerNumber: number): Promise<string[]> {
  const folder = `${study.answerFolder(answerNumber)}/dicom`
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => name.endsWith('.dcm'))
    .sort()
    .map((name) => `${folder}/${name}`)
}

/** Names of files by destination. */
async function readSent(study: SpooledStudy, answerNumber: number): Promise<Record<string, readonly string[]>> {
  try {
    return JSON.parse(await readFile(`${study.answerFolder(answerNumber)}/sent.json`, 'utf8'))
  } catch {
    return {}
  }
}

/** Success and warnings, with which the object is stored (PS3.4 B.2.3); an instance that is there already is stored, too (PS3.7 C.5.4). */
function isTaken(status: number | undefined): boolean {
  return status === 0 || status === 0x0111 || (status !== undefined && status >> 12 === 0xb)
}

function badOption(name: string, expected: string, value: unknown): StudyError {
  return new StudyError(
    'bad-option',
    `Expected ${expected} for ${name} but received ${String(value)}. Choose another value.`,
    {
      name,
      value,
    },
  )
}
