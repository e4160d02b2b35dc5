/** A study's answer as a Comprehensive 3D SR: an Imaging Measurement Report (PS3.16 TID 1500) with a group for each breast. */
import { createHash } from 'node:crypto'
import { writeDicom } from '@mammokit/dicom-io'
import type { ImageFacts } from '../files/read-facts.ts'
import { notice, type StudyResult } from '../result/result-schema.ts'
import { packageVersion } from '../version.ts'
import { breastGroup, comment } from './breast-group.ts'
import { commonModules, hasWritablePatientId } from './common-modules.ts'
import {
  type Code,
  codedValue,
  container,
  type Item,
  sequence,
  studyReferences,
  text,
  textValue,
  uidValue,
} from './content-item.ts'
import type { DicomObject } from './dicom-object.ts'
import { currentReports, type EarlierReport } from './earlier-reports.ts'
import { comprehensive3dSr } from './sop-classes.ts'
import { isUid, uidOf } from './uid.ts'

const title: Code = ['126000', 'DCM', 'Imaging Measurement Report']
const language: Code = ['121049', 'DCM', 'Language of Content Item and Descendants']
const english: Code = ['en-US', 'RFC5646', 'English (United States)']
const observerType: Code = ['121005', 'DCM', 'Observer Type']
const device: Code = ['121007', 'DCM', 'Device']
const deviceUid: Code = ['121012', 'DCM', 'Device Observer UID']
const deviceName: Code = ['121013', 'DCM', 'Device Observer Name']
const procedureReported: Code = ['121058', 'DCM', 'Procedure reported']
const mammography: Code = ['71651007', 'SCT', 'Mammography']
const measurements: Code = ['126010', 'DCM', 'Imaging Measurements']

export interface ReportOptions {
  readonly aggregation: string
  readonly now: Date
  /** Reports that were written before; the current one of the same study and model becomes the predecessor. */
  readonly reports: readonly EarlierReport[]
}

/**
 * `impossible` where the study has no UID, no images that a report could refer to, or a Patient ID that cannot be written;
 * `present` where `reports` has the same report.
 */
export function writeReport(
  study: StudyResult,
  images: readonly ImageFacts[],
  { aggregation, now, reports }: ReportOptions,
): DicomObject | 'impossible' | 'present' {
  const { studyInstanceUid, breasts, modelHash, preprocessHash, studyId } = study
  const evidence = referencesOf(images)
  const attributes = images.find((image) => image.attributes)?.attributes
  if (!isUid(studyInstanceUid) || evidence.size === 0 || !attributes) return 'impossible'
  if (!hasWritablePatientId(attributes)) return 'impossible'
  const content = breasts.map(
    ({ laterality, imageIds, probability, isCalibrated, operatingPoint, call, abstention, warnings }) => [
      laterality,
      imageIds,
      probability,
      isCalibrated,
      operatingPoint,
      call,
      abstention,
      warnings,
    ],
  )
  const parts = [studyInstanceUid, studyId, modelHash, preprocessHash]
  const ofStudy = [study.abstention, study.warnings]
  const made = JSON.stringify([content, ofStudy, [...evidence.keys()].sort(), aggregation, packageVersion()])
  const sopInstanceUid = uidOf('report', ...parts, createHash('sha256').update(made).digest('hex'))
  const seriesInstanceUid = uidOf('reports', ...parts)
  if (reports.some((report) => report.sopInstanceUid === sopInstanceUid)) return 'present'
  const predecessors = currentReports(reports, seriesInstanceUid).map((report) => ({
    sopClassUid: comprehensive3dSr,
    sopInstanceUid: report.sopInstanceUid,
    seriesInstanceUid,
  }))
  const groups = breasts.map((breast) => {
    const used = images.filter(({ sha256 }) => breast.imageIds.includes(sha256.slice(0, 16)))
    return breastGroup(studyInstanceUid, breast, [...referencesOf(used).values()], aggregation)
  })
  const bytes = writeDicom([
    ...commonModules(attributes, {
      sopClassUid: comprehensive3dSr,
      sopInstanceUid,
      seriesInstanceUid,
      modality: 'SR',
      modelHash,
      now,
      seriesNumber: 9001,
      seriesDescription: 'Research: probability of cancer',
      instanceNumber: reports.filter((report) => report.seriesInstanceUid === seriesInstanceUid).length + 1,
    }),
    sequence('00081111', []),
    text('0040A491', 'CS', 'COMPLETE'),
    text('0040A493', 'CS', 'UNVERIFIED'),
    sequence('0040A372', []),
    sequence('0040A375', [studyReferences(studyInstanceUid, [...evidence.values()])]),
    ...(predecessors.length > 0 ? [sequence('0040A360', [studyReferences(studyInstanceUid, predecessors)])] : []),
    ...rootOf(uidOf('device', modelHash), commentsOf(study), groups),
  ])
  const name = `SR-${createHash('sha256').update(sopInstanceUid).digest('hex').slice(0, 16)}.dcm`
  return { kind: 'report', sopInstanceUid, name, studyId, bytes }
}

/** What concerns the whole study, such as images that no breast has. */
function commentsOf({ abstention, warnings }: StudyResult): string[] {
  const none = abstention ? [`No answer for the study: ${abstention.reason}`] : []
  return [...none, ...warnings.map((warning) => `Warning: ${warning}`)]
}

/** The root of the content tree, whose elements are those of the data set itself. */
function rootOf(observer: string, comments: readonly string[], groups: readonly Item[]): Item {
  const root = container('CONTAINS', title, [
    codedValue('HAS CONCEPT MOD', language, english),
    codedValue('HAS OBS CONTEXT', observerType, device),
    uidValue('HAS OBS CONTEXT', deviceUid, observer),
    textValue('HAS OBS CONTEXT', deviceName, 'MammoKit'),
    codedValue('HAS CONCEPT MOD', procedureReported, mammography),
    ...[notice, ...comments].map((sentence) => textValue('CONTAINS', comment, sentence)),
    container('CONTAINS', measurements, groups),
  ])
  const template: Item = [
    text('00080105', 'CS', 'DCMR'),
    text('00080118', 'UI', '1.2.840.10008.8.1.1'),
    text('0040DB00', 'CS', '1500'),
  ]
  return [...root.filter(({ tag }) => tag !== '0040A010'), sequence('0040A504', [template])]
}

/** Images that can be referred to, by SOP Instance UID. */
function referencesOf(images: readonly ImageFacts[]) {
  const found = images.flatMap(({ sopClassUid, sopInstanceUid, seriesInstanceUid }) =>
    isUid(sopClassUid) && isUid(sopInstanceUid) && isUid(seriesInstanceUid)
      ? [[sopInstanceUid, { sopClassUid, sopInstanceUid, seriesInstanceUid }] as const]
      : [],
  )
  return new Map(found)
}
