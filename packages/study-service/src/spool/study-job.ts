/** What whoever answers studies is given, and gives. */
import type { EarlierReport } from '../dicom/earlier-reports.ts'

/** A study to be answered. */
export interface StudyJob {
  readonly studyKey: string
  /** Paths of its objects. */
  readonly files: readonly string[]
  /** Empty; what is written here is the answer, or none of it. */
  readonly folder: string
  /** Reports of earlier answers. */
  readonly reports: readonly EarlierReport[]
  /** When the work was first begun: the same at the next try, which so makes the same bytes. */
  readonly now: Date
  /** Aborted when its time is over, or the loop stops. */
  readonly signal: AbortSignal
}

/** What was made of a study. */
export interface StudyAnswer {
  /** `refused` where no image was admitted. */
  readonly outcome: 'answered' | 'refused'
  readonly reason: string | null
  /** Those that were written. */
  readonly reports: readonly EarlierReport[]
}

/** What happened, with nothing of a patient. */
export interface WorkEvent {
  readonly kind: 'working' | 'answered' | 'refused' | 'failed' | 'retry'
  /** Hash of the study's UID. */
  readonly studyKey: string
  readonly code: string | null
  /** Of the work; 0 when it begins. */
  readonly durationMs: number
}
