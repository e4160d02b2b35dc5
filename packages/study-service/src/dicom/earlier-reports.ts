/** Reports that were written before: which of them a new one replaces. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readElements } from '@mammokit/dicom-io'
import { comprehensive3dSr } from './sop-classes.ts'

/** A report that was written before, which a later one names. */
export interface EarlierReport {
  readonly sopInstanceUid: string
  readonly seriesInstanceUid: string
  /** SOP Instance UIDs that its Predecessor Documents Sequence names. */
  readonly predecessors: readonly string[]
}

/**
 * The reports below a folder; none where it does not exist. Files that are no reports are passed over.
 *
 * @example
 * await readReports('answers') // [{ sopInstanceUid: '2.25....', seriesInstanceUid: '2.25....', predecessors: [] }]
 */
export async function readReports(folder: string): Promise<EarlierReport[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    },
  )
  const reports: EarlierReport[] = []
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith('.dcm')) continue
    const report = await readReport(join(entry.parentPath, entry.name))
    if (report) reports.push(report)
  }
  return reports.sort((a, b) => (a.sopInstanceUid < b.sopInstanceUid ? -1 : 1))
}

async function readReport(path: string): Promise<EarlierReport | undefined> {
  try {
    const elements = await readElements(path)
    const [sopInstanceUid, seriesInstanceUid] = [elements.text('00080018'), elements.text('0020000E')]
    if (elements.text('00080016') !== comprehensive3dSr || !sopInstanceUid || !seriesInstanceUid) return undefined
    const predecessors = elements
      .items('0040A360')
      .flatMap((study) => study.items('00081115'))
      .flatMap((series) => series.items('00081199'))
      .flatMap((reference) => reference.text('00081155') ?? [])
    return { sopInstanceUid, seriesInstanceUid, predecessors }
  } catch {
    return undefined
  }
}

/** Those of a series that no other one has replaced. */
export function currentReports(reports: readonly EarlierReport[], seriesInstanceUid: string): EarlierReport[] {
  const ofSeries = reports.filter((report) => report.seriesInstanceUid === seriesInstanceUid)
  const replaced = new Set(ofSeries.flatMap(({ predecessors }) => predecessors))
  return ofSeries.filter(({ sopInstanceUid }) => !replaced.has(sopInstanceUid))
}
