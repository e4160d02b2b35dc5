/** From what was found about an image to its verdict: warnings, or a refusal. */
import { PreprocessError } from '../preprocess-error.ts'
import type { Admission, AdmissionCheck } from './admission-options.ts'

/** One way in which an image is not what the network was trained on. */
export interface Finding {
  /** The option that decides about it; none where it is only worth saying. */
  readonly check?: AdmissionCheck
  /** For the manifest: lower-case words, the check's before a colon, such as `intent:for-processing`; never a patient's value. */
  readonly warning: string
  /** "Expected `expected` but received `received`." */
  readonly expected: string
  readonly received: string
}

/**
 * The warnings of findings that are admitted.
 *
 * @throws PreprocessError `not-admitted` for the first finding whose action is `refuse`; its details have the check and all warnings
 */
export function admit(findings: readonly Finding[], admission: Admission): string[] {
  const warnings = findings.map(({ warning }) => warning)
  const refused = findings.find(({ check }) => check && admission[check] === 'refuse')
  if (refused === undefined) return warnings
  const { check, expected, received } = refused as Finding & { check: AdmissionCheck }
  throw notAdmitted(
    check,
    `Expected ${expected} but received ${received}.`,
    `Set admission.${check} to warn to admit it.`,
    warnings,
  )
}

export function notAdmitted(
  check: AdmissionCheck | 'frames' | 'color',
  what: string,
  advice: string,
  warnings: readonly string[] = [],
): PreprocessError {
  return new PreprocessError('not-admitted', `${what} ${advice}`, { check, warnings })
}

/**
 * Whether an image that was made with these warnings would be admitted: every departure leaves one, so that nothing has to be read again.
 *
 * @example
 * isAdmitted(['intent:for-processing'], resolvePreprocessOptions().admission) // false
 */
export function isAdmitted(warnings: readonly string[], admission: Admission): boolean {
  return warnings.every((warning) => {
    const check = checkOf(warning)
    return check === undefined || admission[check] === 'warn'
  })
}

const prefixes: Readonly<Record<string, AdmissionCheck>> = {
  'sop-class': 'sopClass',
  modality: 'modality',
  intent: 'intent',
  'body-part': 'bodyPart',
  specimen: 'specimen',
  magnification: 'magnification',
  spot: 'spot',
  view: 'view',
  derived: 'derived',
  size: 'size',
  constant: 'constant',
  polarity: 'polarity',
}

function checkOf(warning: string): AdmissionCheck | undefined {
  const [prefix, what] = warning.split(':')
  // A view that was found elsewhere is a view.
  const check = what === 'inferred' ? undefined : prefixes[prefix!]
  return check && what === 'absent' ? 'absent' : check
}
