import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readInputFile, writeJsonAtomic } from '@mammokit/atomic-files'
import { evaluationLock, withFolderLock } from '../lock/lock-folder.ts'
import { runPaths } from '../run-paths.ts'
import { type SiteCalibration, siteCalibrationSchema } from '../schema/site-calibration.ts'
import { parseHashed, withContentHash } from './content-hash.ts'

/** @throws FileError not-found; TrainingRunError file-invalid, file-altered */
export async function readSiteCalibration(path: string): Promise<SiteCalibration> {
  const advice = 'Calibrate again: mammokit-evaluator calibrate.'
  const text = await readInputFile(path, advice)
  return parseHashed(siteCalibrationSchema, text.toString('utf8'), { path, advice })
}

/**
 * Writes runs/<run>/sites/<site>/calibration-001.json, or the next number: earlier ones stay. What equals the last one is not written again.
 *
 * @throws TrainingRunError run-in-use where another process writes a result of the run now
 */
export async function writeSiteCalibration(
  run: string,
  content: Omit<SiteCalibration, 'contentSha256'>,
): Promise<{ readonly path: string; readonly calibration: SiteCalibration }> {
  const calibration = withContentHash(siteCalibrationSchema, content)
  const folder = runPaths(run).site(content.site)
  const pathOf = (number: number) => join(folder, `calibration-${String(number).padStart(3, '0')}.json`)
  return withFolderLock(run, { doing: 'calibrates', name: evaluationLock }, async () => {
    const last = await lastNumber(folder)
    if (last > 0) {
      const path = pathOf(last)
      const earlier = await readSiteCalibration(path).catch(() => undefined)
      if (earlier?.contentSha256 === calibration.contentSha256) return { path, calibration }
    }
    const path = pathOf(last + 1)
    await writeJsonAtomic(path, calibration)
    return { path, calibration }
  })
}

/** 0 where there is none. */
async function lastNumber(folder: string): Promise<number> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return Math.max(0, ...names.map((name) => Number(/^calibration-(\d{3,})\.json$/.exec(name)?.[1] ?? 0)))
}
