export { type AnalyzeOptions, analyzeStudies } from './analyze-studies.ts'
export type { Overlay } from './answer/answer-image.ts'
export type { AnswerMemory } from './answer/prepare-images.ts'
export type { DicomObject } from './dicom/dicom-object.ts'
export { type EarlierReport, readReports } from './dicom/earlier-reports.ts'
export { type Delivery, type DeliveryEvent, type DeliveryOptions, startDelivery } from './dimse/delivery.ts'
export { type DicomListener, startDicomListener } from './dimse/dicom-listener.ts'
export type { DicomListenerOptions, ListenerEvent } from './dimse/listener-options.ts'
export { parseDestination } from './dimse/parse-destination.ts'
export type { Destination } from './dimse/send-objects.ts'
export type { AnsweredRequest, ServiceHealth, StudyBackend } from './http/http-app.ts'
export { type HttpLimits, type HttpServer, type HttpServerOptions, openHttpServer } from './http/open-http-server.ts'
export { type HealthWatch, watchHealth } from './http/watch-health.ts'
export {
  type BreastResult,
  type ImageResult,
  notice,
  type Result,
  resultJsonSchema,
  resultSchema,
  type StudyResult,
} from './result/result-schema.ts'
export type { ReceivedFacts } from './spool/identify-object.ts'
export {
  openSpool,
  type Spool,
  type SpoolOptions,
  type SpoolSummary,
} from './spool/open-spool.ts'
export type { SpoolLimits } from './spool/spool-limits.ts'
export type { ReceivedObject, StagedObject } from './spool/staged-object.ts'
export type { StudyAnswer, StudyJob, WorkEvent } from './spool/study-job.ts'
export type { StudyState, StudyStateName } from './spool/study-state.ts'
export { startWorkLoop, type WorkLoop, type WorkOptions } from './spool/work-loop.ts'
export { StudyError, type StudyErrorCode } from './study-error.ts'
