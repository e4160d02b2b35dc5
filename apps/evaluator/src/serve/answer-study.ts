/** One study of the spool to a folder with result.json, overlays, and DICOM objects for those who want them. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import type { Model } from '@mammokit/mammogram-classifier'
import {
  type AnalyzeOptions,
  analyzeStudies,
  readReports,
  type StudyAnswer,
  type StudyJob,
} from '@mammokit/study-service'
import { writeStudyOverlay } from '../predict/write-study-overlay.ts'

export interface AnswerChoices extends Pick<AnalyzeOptions, 'admission' | 'frame' | 'raster'> {
  /** Whether a report and captures are made, as for `--store-to`. */
  readonly makesDicom: boolean
  /** Whether heatmaps are kept beside the result; captures have them anyway. */
  readonly keepsOverlays: boolean
}

/** Answers one study; the files of the spool are named in it without their folder. */
export async function answerStudy(
  { files, folder, now, reports, signal }: StudyJob,
  model: Model,
  { makesDicom, keepsOverlays, ...options }: AnswerChoices,
): Promise<StudyAnswer> {
  const dicom = join(folder, 'dicom')
  if (makesDicom) await mkdir(dicom)
  const result = await analyzeStudies(files, model, {
    ...options,
    now,
    signal,
    reports,
    ...(keepsOverlays && { writeOverlay: (overlay) => writeStudyOverlay(folder, overlay) }),
    ...(makesDicom && {
      writeDicom: ({ studyId, name, bytes }) => writeFile(join(dicom, `${studyId}-${name}`), bytes),
    }),
  })
  const spoolFolder = JSON.stringify(`${dirname(files[0]!)}${sep}`).slice(1, -1)
  await writeFile(join(folder, 'result.json'), `${JSON.stringify(result, null, 2).replaceAll(spoolFolder, '')}\n`)
  const written = await readReports(dicom)
  if (result.summary.imagesAnswered > 0) return { outcome: 'answered', reason: null, reports: written }
  const images = result.studies.flatMap((study) => study.images)
  const reason = images.find(({ abstention }) => abstention)?.abstention?.reason ?? result.otherFiles[0]?.reason ?? null
  return { outcome: 'refused', reason, reports: written }
}
