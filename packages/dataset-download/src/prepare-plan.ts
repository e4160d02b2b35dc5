/** Looks at the source and at the folder: what is wanted, what is missing, and how it comes. */
import { setMaxListeners } from 'node:events'
import { maxMemoryBytes } from './archive/group-members.ts'
import { type Archive, openArchive } from './archive/open-archive.ts'
import { type Credentials, findCredentials } from './credentials.ts'
import { bootId } from './disk/boot.ts'
import { findMissing, type WantedFile } from './disk/find-missing.ts'
import { flushFiles } from './disk/flush-files.ts'
import { removeLeftovers } from './disk/partial-file.ts'
import { assertSource, type FolderState, readState, writeState } from './disk/state.ts'
import { DownloadError } from './download-error.ts'
import { type DownloadOptions, resolveOptions } from './download-options.ts'
import { createHttpClient } from './http/http-client.ts'
import { Retries } from './http/retries.ts'
import { type KaggleSource, kaggleSource } from './kaggle/kaggle-source.ts'
import { listFiles } from './kaggle/list-files.ts'
import { selectFiles } from './select-files.ts'
import type { Session } from './session.ts'
import { targetOf } from './target-of.ts'
import type { Member } from './zip/member.ts'
import { assertSafeNames } from './zip/safe-names.ts'
import { hasContent } from './zip/unpack-member.ts'

export interface Plan {
  readonly session: Session
  /** Stops everything that the session does. */
  readonly stop: AbortController
  readonly connections: number
  /** Undefined where files come one by one. */
  readonly archive: Archive | undefined
  readonly wanted: readonly WantedFile[]
  readonly missing: readonly WantedFile[]
  /** `missing` in the archive, in the order of its bytes. */
  readonly missingMembers: readonly Member[]
  readonly transferBytes: number
  /** Room that the disk must have. */
  readonly neededBytes: number
  readonly state: FolderState
  /** Clears what a kill left beside files that are there. */
  removeLeftovers(): Promise<void>
  /** Brings all files to the disk, and says so in the folder's record. */
  flush(): Promise<void>
  saveSizes(sizes: Readonly<Record<string, number>>): Promise<void>
  /** Of the missing files, those that are missing still, in bytes. */
  stillMissingBytes(): Promise<number>
  close(): Promise<void>
}

export async function preparePlan(
  options: DownloadOptions,
  report: (bytes: number, finished: number) => void,
): Promise<Plan> {
  const source = kaggleSource(options.source)
  const { endpoint, connections, retries, retryDelayMs, timeoutMs } = resolveOptions(options)
  const credentials = await chooseCredentials(options, source)
  const boot = bootId()
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  setMaxListeners(0, signal)
  const notify: Session['notify'] = (notice) => options.onNotice?.(notice)
  const client = createHttpClient({ endpoint, credentials, signal, timeoutMs })
  const session: Session = {
    client,
    source,
    to: options.to,
    signal,
    notify,
    flush: boot === null,
    newRetries: () =>
      new Retries({
        retries,
        baseDelayMs: retryDelayMs,
        signal,
        onWait: (seconds, error) => notify({ kind: 'waiting', message: waiting(seconds, error), seconds }),
      }),
    received: (bytes) => report(bytes, 0),
    finished: () => report(0, 1),
  }
  try {
    signal.throwIfAborted()
    const known = await readState(options.to)
    assertSource(known, source.id, options.to)
    const found = await findFiles(session)
    const selected = new Set(
      selectFiles(
        found.files.map(({ path }) => path),
        options.files ?? [],
        source.name,
      ),
    )
    const chosen = found.files.filter(({ path }) => selected.has(path))
    // Of the files and not of their names: one name may stand for two.
    assertSafeNames(
      chosen.map(({ path }) => path),
      source.name,
    )
    const sizes = known?.sizes ?? {}
    const wanted = chosen.map(({ path, size }) => ({ path, size: sizes[path] ?? size }))
    const { archive } = found
    const members = new Map(archive?.members.map((member) => [member.path, member]))
    const isFlushed = known?.unflushedSince == null
    const isSizeEnough =
      !archive || (known?.archive === archive.digest && !options.verify && (isFlushed || known.unflushedSince === boot))
    const missing = await findMissing(wanted, {
      targetOf: ({ path }) => targetOf(options.to, path),
      hasContent: isSizeEnough ? undefined : (path, file) => hasContent(path, members.get(file.path)!),
      mayReplace: known !== undefined,
      onReplace: (path) =>
        notify({ kind: 'replaced', message: `${path} is not the file of ${source.name} and is fetched again.` }),
      signal,
    })
    const missingMembers = missing.flatMap(({ path }) => members.get(path) ?? [])
    const isOfThisBoot = known?.unflushedSince === boot
    const isAll = chosen.length === archive?.members.length
    const mayBeUnflushed = missing.length > 0 || !isFlushed
    // Files of another boot that were not asked for now are still to be compared.
    const since = !isFlushed && !isOfThisBoot && !isAll ? known.unflushedSince : mayBeUnflushed ? boot : null
    const state = { source: source.id, archive: archive?.digest ?? null, unflushedSince: archive ? since : null, sizes }
    let saving = Promise.resolve()
    return {
      session,
      stop,
      connections,
      archive,
      wanted,
      missing,
      missingMembers,
      transferBytes: archive
        ? sum(missingMembers.map(({ offset, end }) => end - offset))
        : sum(missing.map(({ size }) => size)),
      neededBytes: sum(missing.map(({ size }) => size)) + roomForPartialFiles(missing, missingMembers, connections),
      state,
      async removeLeftovers() {
        const absent = new Set(missing)
        const cameOneByOne = archive !== undefined && known?.archive === null
        for (const file of wanted) {
          // Smaller members of an archive never lie beside themselves.
          const mayLieBeside = !archive || file.size > maxMemoryBytes / 2
          if (cameOneByOne || (mayLieBeside && !absent.has(file)))
            await removeLeftovers(targetOf(options.to, file.path))
        }
      },
      async flush() {
        if (!archive || state.unflushedSince === null) return
        const files = isFlushed ? missing : archive.members
        await flushFiles(files.map(({ path }) => targetOf(options.to, path)))
        if (state.unflushedSince === boot) await writeState(options.to, { ...state, unflushedSince: null })
      },
      saveSizes(changed) {
        saving = saving.then(() => writeState(options.to, { ...state, sizes: changed }))
        return saving
      },
      async stillMissingBytes() {
        const targets = {
          targetOf: ({ path }: WantedFile) => targetOf(options.to, path),
          mayReplace: true,
          onReplace() {},
        }
        return sum(
          (await findMissing(missing, { ...targets, signal: new AbortController().signal })).map(({ size }) => size),
        )
      },
      close: () => client.close(),
    }
  } catch (error) {
    await client.close()
    options.signal?.throwIfAborted()
    throw error
  }
}

async function chooseCredentials(
  options: DownloadOptions,
  { kind, name }: KaggleSource,
): Promise<Credentials | undefined> {
  const credentials = options.credentials ?? (await findCredentials())
  if (credentials?.readableByOthers) {
    const { origin } = credentials
    const message = `Other users of this machine can read your Kaggle key in ${origin}: run chmod 600 ${origin}.`
    options.onNotice?.({ kind: 'key-readable', message })
  }
  if (credentials || kind === 'dataset') return credentials
  const message = `Expected Kaggle credentials for ${name} but received none. Create a token on https://www.kaggle.com/settings/api and set KAGGLE_API_TOKEN to it, or save it in ~/.kaggle/access_token.`
  throw new DownloadError('no-credentials', message, { subject: name })
}

/** The members of the archive, or, where it cannot be had in parts, the files that the API lists. */
async function findFiles(session: Session): Promise<{ files: readonly WantedFile[]; archive: Archive | undefined }> {
  const archive = await openArchive(session)
  if (archive) return { files: archive.members, archive }
  const files = await listFiles(session.client, session.source, session.newRetries())
  const message = `${session.source.name} has no archive that supports range requests: fetching its files one by one.`
  session.notify({ kind: 'file-by-file', message })
  return { files, archive }
}

/** What is unpacked on the disk lies there twice for a while: as many files as there are connections, and the largest. */
function roomForPartialFiles(missing: readonly WantedFile[], members: readonly Member[], connections: number): number {
  const sizes = members.length > 0 ? members.map(({ offset, end }) => end - offset) : missing.map(({ size }) => size)
  return sum(sizes.sort((a, b) => b - a).slice(0, connections))
}

function waiting(seconds: number, { message }: Error): string {
  const time = seconds < 10 ? seconds.toFixed(1) : Math.ceil(seconds)
  return `${message.replace(/\. .*$/s, '.')} Trying again in ${time} s.`
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
