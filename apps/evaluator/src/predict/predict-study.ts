/** `predict --study`: files, folders or a DICOMDIR to one result.json, with an answer for each image, breast and study. */
import { join } from 'node:path'
import { writeFileAtomic } from '@mammokit/atomic-files'
import {
  type CommandContext,
  CommandLineError,
  exitCodes,
  formatTable,
  parseConfig,
  silentContext,
} from '@mammokit/command-line'
import type { Result } from '@mammokit/study-service'
import type { z } from 'zod'
import { type PredictConfig, predictSchema } from '../config.ts'
import { assertNoneBeside } from '../stray-option.ts'
import { checkModelFlags, describeModel } from './model-flags.ts'
import { openModelInThread } from './model-thread.ts'
import { overlays, removeOtherOverlays, writeStudyOverlay } from './write-study-overlay.ts'

export interface StudyPrediction extends Result {
  /** Path of result.json. */
  readonly path: string
  /** 0: every breast is answered; 3: some are, a file could not be read or an image is of an unknown side; 4: none is. */
  readonly exitCode: number
}

/** Answers studies with the model of a run or of an exported file, or with the demonstration model where neither is given. */
export async function predictStudy(
  input: PredictConfig,
  { progress, signal }: CommandContext = silentContext,
): Promise<StudyPrediction> {
  const config = parseConfig(predictSchema, input)
  const { study, run, model: file, epoch, calibration, output = 'study-result' } = config
  checkFlags(config)
  const { engine, device, precision, threads } = config
  const opening = openModelInThread({ run, file, epoch, calibration, engine, device, precision, threads })
  opening.then((model) => progress.line(describeModel(model))).catch(() => {}) // analyzeStudies throws it
  try {
    const { analyzeStudies, readReports } = await import('@mammokit/study-service') // while the thread starts
    const { admission, frame, raster, laterality, view, dicomOut } = config
    const path = join(output, 'result.json')
    const result = await analyzeStudies([study!].flat(), opening, {
      admission,
      frame,
      raster,
      laterality,
      view,
      except: [path, join(output, overlays), ...(dicomOut ? [dicomOut] : [])],
      writeOverlay: (overlay) => writeStudyOverlay(output, overlay),
      ...(dicomOut && {
        reports: await readReports(dicomOut),
        writeDicom: ({ studyId, name, bytes }) => writeFileAtomic(join(dicomOut, studyId, name), bytes),
      }),
      onImage: (done, all) => (done === 0 ? progress.start('images', all, { unit: 'images' }) : progress.update(done)),
      ...(signal && { signal }),
    })
    await (await opening).load() // it may be broken although no image needed it
    progress.stop()
    await writeFileAtomic(path, `${JSON.stringify(result, null, 2)}\n`)
    await removeOtherOverlays(output, result)
    for (const line of describeResult(result)) progress.line(line)
    progress.line(`Wrote ${path}. ${result.notice}`)
    return { ...result, path, exitCode: exitCodeOf(result) }
  } finally {
    progress.stop()
    await opening.then(
      (model) => model.dispose(),
      () => {},
    )
  }
}

function checkFlags(config: z.output<typeof predictSchema>): void {
  if (config.study === undefined) {
    throw new CommandLineError(
      'invalid-value',
      'Expected a file or folder for --study but received nothing. Give DICOM, PNG or JPEG files, folders of them, or a DICOMDIR.',
    )
  }
  checkModelFlags(config)
  assertNoneBeside(['data', 'subset', 'maxLeftOut', 'workers', 'batchSize'], config, predictSchema.parse({}), {
    flag: '--study',
    reason: 'Studies are answered from their own files, one image after another.',
  })
}

/** A table with a row for each breast, and lines for what has no answer and for warnings of studies. */
function describeResult({ studies, otherFiles, summary }: Result): string[] {
  const rows = studies.flatMap(({ studyId, breasts }) =>
    breasts.map(({ laterality, views, probability, operatingPoint, call, warnings, abstention }) => [
      `${studyId} ${laterality}`,
      views.join('+') || '-',
      probability?.toFixed(4) ?? 'none',
      operatingPoint?.probability.toFixed(4) ?? '-',
      abstention?.code ?? call ?? '-',
      warnings.join(', ') || '-',
    ]),
  )
  const images = studies.flatMap((study) => study.images)
  const refused = images.flatMap(({ file, abstention }) => (abstention ? [`${file}: ${abstention.reason}`] : []))
  const unreadable = otherFiles.filter(({ code }) => code === 'unreadable')
  const others = otherFiles.length - unreadable.length
  return [
    ...(rows.length > 0
      ? [formatTable(['breast', 'views', 'probability', 'threshold', 'call', 'warnings'], rows)]
      : []),
    ...refused,
    ...studies.flatMap(({ studyId, warnings, abstention }) => {
      const said = [...(abstention ? [abstention.reason] : []), ...(warnings.length > 0 ? [warnings.join(', ')] : [])]
      return said.map((text) => `study ${studyId}: ${text}`)
    }),
    ...unreadable.map(({ file, reason }) => `${file}: ${reason}`),
    ...(others > 0 ? [`${others} of ${summary.files} files are not images; result.json names them.`] : []),
  ]
}

function exitCodeOf({ studies, summary }: Result): number {
  const { breasts, breastsAnswered, unreadable } = summary
  if (breastsAnswered === 0) return exitCodes.unanswered
  // It may be of a breast that has no other image.
  const isOfUnknownSide = studies.some(({ images }) =>
    images.some(({ abstention }) => abstention?.code === 'laterality-unknown'),
  )
  const isWhole = breastsAnswered === breasts && unreadable === 0 && !isOfUnknownSide
  return isWhole ? exitCodes.success : exitCodes.incomplete
}
