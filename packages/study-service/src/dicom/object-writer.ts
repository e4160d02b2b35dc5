/** The DICOM objects of one study as they come, and a count of those that could not be made. */
import type { AnsweringModel } from '../answer/answer-breast.ts'
import type { StudyGroup } from '../answer/group-images.ts'
import { leftOutWarnings } from './common-modules.ts'
import type { DicomObject } from './dicom-object.ts'
import type { EarlierReport } from './earlier-reports.ts'
import type { StudyObjects } from './study-objects.ts'
import { writeCapture } from './write-capture.ts'
import { writeReport } from './write-report.ts'

export interface ObjectOptions {
  /** Of the images as they were made, with the choices of this call. */
  readonly preprocessHash: string
  readonly now: Date
  readonly write: (object: DicomObject) => Promise<void>
  readonly reports: readonly EarlierReport[]
}

export function openObjectWriter(
  { studyId, images }: StudyGroup,
  { decision, modelHash }: AnsweringModel,
  { preprocessHash, now, write, reports }: ObjectOptions,
): StudyObjects {
  let captures = 0
  let missing = 0
  return {
    async capture(overlay, facts) {
      const options = { studyId, modelHash, preprocessHash, instanceNumber: captures + 1, now }
      const made = writeCapture(overlay, facts, options)
      if (made === 'impossible') {
        missing++
        return
      }
      captures++
      await write(made)
    },
    async report(study) {
      const aggregation = decision?.aggregation ?? 'mean'
      const leftOut = [...new Set(images.flatMap(({ attributes }) => (attributes ? leftOutWarnings(attributes) : [])))]
      const reported = { ...study, warnings: [...study.warnings, ...leftOut] }
      const made = writeReport(reported, images, { aggregation, now, reports })
      if (typeof made === 'object') await write(made)
      const hasObjects = made !== 'impossible' || captures > 0
      const warnings = [
        ...(hasObjects ? leftOut : []),
        ...(made === 'impossible' ? ['dicom:no-report'] : []),
        ...(missing > 0 ? [`dicom:${missing}-captures-missing`] : []),
      ]
      return { ...study, warnings: [...study.warnings, ...warnings] }
    },
  }
}
