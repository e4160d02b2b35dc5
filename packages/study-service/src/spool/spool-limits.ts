/** What a spool holds at most. */
import { StudyError } from '../study-error.ts'

/** What a spool takes. */
export interface SpoolLimits {
  /** Bytes of one object. @default 2 GiB */
  readonly objectBytes: number
  /** Bytes of all objects together, those that are being received included. @default 100 GiB */
  readonly spoolBytes: number
  /** Bytes that stay free on the disk, for results. @default 256 MiB */
  readonly freeBytes: number
  /** Objects of one study. @default 500 */
  readonly objectsPerStudy: number
  /** Studies that are not answered yet. @default 1000 */
  readonly waitingStudies: number
}

const mebibyte = 2 ** 20

const defaults: SpoolLimits = {
  objectBytes: 2048 * mebibyte,
  spoolBytes: 102_400 * mebibyte,
  freeBytes: 256 * mebibyte,
  objectsPerStudy: 500,
  waitingStudies: 1000,
}

/** @throws {StudyError} `bad-option` */
export function resolveLimits(given: Partial<SpoolLimits>): SpoolLimits {
  const limits = { ...defaults, ...given }
  for (const [name, value] of Object.entries(limits)) {
    if (Number.isSafeInteger(value) && value >= (name === 'freeBytes' ? 0 : 1)) continue
    const message = `Expected a positive integer for limits.${name} but received ${value}. Leave it out for the default.`
    throw new StudyError('bad-option', message, { name, value })
  }
  return limits
}
