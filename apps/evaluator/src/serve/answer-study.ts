/** One study of the spool to a folder with result.json and overlays. */
import { writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import type { Model } from '@mammokit/mammogram-classifier'
import { type AnalyzeOptions, analyzeStudies, type StudyAnswer, type StudyJob } from '@mammokit/study-service'
import { writeStudyOverlay } from '../predict/write-study-overlay.ts'

/** Answers one study; the files of the spool are named in it without their folder. */
export async function answerStudy(
  { files, folder, now, signal }: StudyJob,
  model: Model,
  options: Pick<AnalyzeOptions, 'admission' | 'frame' | 'raster'>,
): Promise<StudyAnswer> {
  const writeOverlay: AnalyzeOptions['writeOverlay'] = (overlay) => writeStudyOverlay(folder, overlay)
  const result = await analyzeStudies(files, model, { ...options, now, signal, writeOverlay })
  const spoolFolder = JSON.stringify(`${dirname(files[0]!)}${sep}`).slice(1, -1)
  await writeFile(join(folder, 'result.json'), `${JSON.stringify(result, null, 2).replaceAll(spoolFolder, '')}\n`)
  if (result.summary.imagesAnswered > 0) return { outcome: 'answered', reason: null, reports: [] }
  const images = result.studies.flatMap((study) => study.images)
  const reason = images.find(({ abstention }) => abstention)?.abstention?.reason ?? result.otherFiles[0]?.reason ?? null
  return { outcome: 'refused', reason, reports: [] }
}
