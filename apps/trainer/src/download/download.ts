/** `download`: a competition's or data set's files from Kaggle to raw/, or what that would take. */
import { type CommandContext, formatBytes, formatTable, plural, silentContext } from '@mammokit/command-line'
import {
  type DownloadNotice,
  type DownloadOptions,
  type DownloadPlan,
  type DownloadProgress,
  downloadDataset,
  planDownload,
} from '@mammokit/dataset-download'
import { dataPaths } from '@mammokit/screening-data'
import { withFolderLock } from '@mammokit/training-run'
import type { Config } from '../config/config.ts'
import { dataFolder } from '../data-folder.ts'

export interface DownloadResult {
  /** Files that were asked for, and those of them that were there, or are there now with a dry run. */
  readonly files: number
  readonly skipped: number
  /** Files whose bytes were never those that Kaggle announces. */
  readonly failed: number
}

/** Between two lines about short waits: connections fail together. */
const quietMs = 2000

/**
 * Fetches what is not there yet; run again, it continues.
 *
 * @throws DownloadError of @mammokit/dataset-download; TrainingRunError `run-in-use` where another process downloads to the folder
 */
export async function download(
  config: Config,
  { signal, progress }: CommandContext = silentContext,
): Promise<DownloadResult> {
  const { competition, dataset, datasetVersion, files, dryRun, connections, retries, verify, endpoint } =
    config.download
  const to = config.download.to ?? dataPaths(dataFolder(config)).raw
  const name = dataset ?? competition
  let said = Number.NEGATIVE_INFINITY
  const onNotice = ({ message, seconds = Number.POSITIVE_INFINITY }: DownloadNotice) => {
    if (1000 * seconds < quietMs && performance.now() - said < quietMs) return
    said = performance.now()
    progress.line(message)
  }
  const options: DownloadOptions = {
    source: dataset === null ? { competition } : { dataset, version: datasetVersion ?? undefined },
    to,
    files: [files ?? []].flat(),
    connections,
    retries,
    verify,
    endpoint,
    signal,
    onNotice,
  }
  progress.line(`Looking at the files of ${name} and at ${to}`)
  if (dryRun) {
    const plan = await planDownload(options)
    describePlan(plan, to).forEach(progress.line)
    const skipped = plan.files.filter(({ isThere }) => isThere).length
    return { files: plan.files.length, skipped, failed: 0 }
  }

  const onProgress = showProgress(progress)
  const lock = { doing: 'downloads', name: 'download', onWait: progress.line }
  const summary = await withFolderLock(to, lock, () => downloadDataset({ ...options, onProgress }))
  progress.stop()
  for (const { message } of summary.damaged) progress.line(message)
  const skipped = summary.files - summary.fetched - summary.damaged.length
  progress.line(`${plural(summary.fetched, 'file')} of ${name} fetched to ${to} (${skipped} were there)`)
  return { files: summary.files, skipped, failed: summary.damaged.length }
}

/** Counts in whole megabytes, which a bar can show. */
function showProgress(progress: CommandContext['progress']): (state: DownloadProgress) => void {
  let shown: number | undefined
  return ({ receivedBytes, totalBytes, files, totalFiles }) => {
    if (totalFiles === 0) return
    const total = Math.max(1, Math.ceil(totalBytes / 1e6))
    if (shown !== total) progress.start('download, MB', total, { unit: 'MB' })
    shown = total
    const done = totalBytes === 0 ? total : Math.max(0, Math.floor((total * receivedBytes) / totalBytes))
    progress.update(Math.min(total, done), `${files} of ${totalFiles} files`)
  }
}

function describePlan({ files, bytes, missingBytes, transferBytes, freeBytes }: DownloadPlan, to: string): string[] {
  const groups = new Map<string, { files: number; bytes: number; there: number }>()
  for (const { path, size, isThere } of files) {
    const [first, ...rest] = path.split('/')
    const name = rest.length > 0 ? `${first}/` : first
    const group = groups.get(name) ?? { files: 0, bytes: 0, there: 0 }
    groups.set(name, { files: group.files + 1, bytes: group.bytes + size, there: group.there + Number(isThere) })
  }
  const rows = [...groups].map(([name, group]) => [name, group.files, formatBytes(group.bytes), group.there])
  const there = files.filter(({ isThere }) => isThere).length
  const room = missingBytes > freeBytes ? `${formatBytes(missingBytes - freeBytes)} too little` : 'enough'
  return [
    formatTable(['files of the source', 'files', 'size', 'there'], rows),
    `${plural(files.length, 'file')}, ${formatBytes(bytes)}; ${there} are there`,
    `To fetch: ${formatBytes(transferBytes)} over the network, ${formatBytes(missingBytes)} on the disk`,
    `Free on the disk of ${to}: ${formatBytes(freeBytes)}, ${room}`,
  ]
}
