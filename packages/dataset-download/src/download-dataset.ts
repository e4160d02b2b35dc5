/** Fetches the files of a source that are missing in a folder. */
import { fetchGroup } from './archive/fetch-group.ts'
import { groupMembers } from './archive/group-members.ts'
import { assertRoom, diskFull, freeBytes, isDiskFull } from './disk/disk-space.ts'
import { writeState } from './disk/state.ts'
import { DownloadError } from './download-error.ts'
import type { DownloadOptions } from './download-options.ts'
import { type Plan, preparePlan } from './prepare-plan.ts'
import { runTasks } from './run-tasks.ts'
import { fetchFile } from './single/fetch-file.ts'

/** What a download would fetch, and the room that it needs. */
export interface DownloadPlan {
  /** The files that were asked for, by their names in the source. */
  readonly files: readonly { readonly path: string; readonly size: number; readonly isThere: boolean }[]
  /** Of all of them. */
  readonly bytes: number
  /** Of those that are not there, on the disk. */
  readonly missingBytes: number
  /** Of those that are not there, over the network, where the source says so; what a partial file has counts too. */
  readonly transferBytes: number
  /** On the disk of the folder. */
  readonly freeBytes: number
  /** How they come: members of the source's archive, or file by file. */
  readonly from: 'archive' | 'files'
}

/** What a download has done. */
export interface DownloadSummary {
  readonly files: number
  /** That were not there. */
  readonly fetched: number
  /** Files whose bytes were never those that the source announces; they are not there. */
  readonly damaged: readonly DownloadError[]
}

/** An archive that is replaced again and again is no archive to wait for. */
const maxArchiveChanges = 3

/**
 * What a download would do: reads the source's list and looks at the folder, and writes nothing.
 *
 * @throws {DownloadError} see the README's table
 * @example
 * const { files, missingBytes } = await planDownload({ source: { competition: 'titanic' }, to: 'titanic', files: ['*.csv'] })
 */
export async function planDownload(options: DownloadOptions): Promise<DownloadPlan> {
  const plan = await preparePlan(options, () => undefined)
  try {
    const missing = new Set(plan.missing.map(({ path }) => path))
    return {
      files: plan.wanted.map(({ path, size }) => ({ path, size, isThere: !missing.has(path) })),
      bytes: sum(plan.wanted.map(({ size }) => size)),
      missingBytes: sum(plan.missing.map(({ size }) => size)),
      transferBytes: plan.transferBytes,
      freeBytes: await freeBytes(options.to),
      from: plan.archive ? 'archive' : 'files',
    }
  } finally {
    await plan.close()
  }
}

/**
 * Fetches what is not there yet. Every file gets its name when all of its bytes are there and checked; what an interruption leaves is
 * continued by the next call. One process at a time may write to a folder.
 *
 * @throws {DownloadError} see the README's table; the reason of `signal` where it is aborted; `FileError` of @mammokit/atomic-files
 * @example
 * await downloadDataset({ source: { competition: 'rsna-breast-cancer-detection' }, to: 'data/raw', files: ['*.csv'] })
 */
export async function downloadDataset(options: DownloadOptions): Promise<DownloadSummary> {
  for (let changes = 0; ; changes++) {
    try {
      return await downloadOnce(options)
    } catch (error) {
      if (!(error instanceof DownloadError && error.code === 'archive-changed') || changes >= maxArchiveChanges)
        throw error
      const message = 'The archive was replaced while it was downloaded; files that are still the same are kept.'
      options.onNotice?.({ kind: 'archive-changed', message })
    }
  }
}

async function downloadOnce(options: DownloadOptions): Promise<DownloadSummary> {
  let [receivedBytes, files] = [0, 0]
  const report = (bytes: number, finished: number) => {
    receivedBytes += bytes
    files += finished
    options.onProgress?.({ receivedBytes, totalBytes: plan.transferBytes, files, totalFiles: plan.missing.length })
  }
  const plan: Plan = await preparePlan(options, report)
  const damaged: DownloadError[] = []
  try {
    assertRoom(plan.neededBytes, await freeBytes(options.to), options.to)
    // Only now: with the new record, files of the right size are believed.
    await writeState(options.to, plan.state)
    await plan.removeLeftovers()
    report(0, 0)
    // Also where it is stopped: after a start of the machine, files that may not be on the disk are read and compared.
    await fetchAll(plan, damaged).finally(() => plan.flush())
    return { files: plan.wanted.length, fetched: files, damaged }
  } catch (error) {
    options.signal?.throwIfAborted()
    if (!isDiskFull(error)) throw error
    throw diskFull(await plan.stillMissingBytes(), await freeBytes(options.to), options.to)
  } finally {
    await plan.close()
  }
}

async function fetchAll(plan: Plan, damaged: DownloadError[]): Promise<void> {
  const { archive, session, stop, connections } = plan
  if (archive) {
    await runTasks(groupMembers(plan.missingMembers), connections, stop, async (group) => {
      damaged.push(...(await fetchGroup(archive, group, session)))
    })
    return
  }
  const sizes: Record<string, number> = { ...plan.state.sizes }
  await runTasks(plan.missing, connections, stop, async (file) => {
    const size = await fetchFile(file, session)
    if (size instanceof DownloadError) damaged.push(size)
    else if (size !== file.size) {
      // What Kaggle lists is not always what it sends; the file is known by what came.
      sizes[file.path] = size
      await plan.saveSizes({ ...sizes })
    }
  })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
