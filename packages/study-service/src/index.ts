export { type AnalyzeOptions, analyzeStudies } from './analyze-studies.ts'
export type { Overlay } from './answer/answer-image.ts'
export type { DicomObject } from './dicom/dicom-object.ts'
export { type EarlierReport, readReports } from './dicom/earlier-reports.ts'
export {
  type BreastResult,
  type ImageResult,
  notice,
  type Result,
  resultJsonSchema,
  resultSchema,
  type StudyResult,
} from './result/result-schema.ts'
export { StudyError, type StudyErrorCode } from './study-error.ts'
