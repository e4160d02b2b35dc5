/** Objects beside images in a study (reports, plans, presentation states, raw data): refused for what they are, not for what they lack. */
import { DicomError } from '@mammokit/dicom-io'
import type { Admission } from './admission-options.ts'
import { notAdmitted } from './admit.ts'
import { objectFindings } from './header-findings.ts'

/**
 * The refusal of an object that has no image that can be read, and says that it is no mammogram; any other error as it is. Where the
 * check is set to `warn` the error stays: there is nothing to admit.
 */
export function refusalOf(error: unknown, admission: Admission): unknown {
  if (!(error instanceof DicomError) || !('sopClassUid' in error.details)) return error
  const { sopClassUid, modality } = error.details
  const findings = objectFindings({ ...(sopClassUid && { sopClassUid }), ...(modality && { modality }) })
  const found = findings.find(({ check }) => check && check !== 'absent' && admission[check] === 'refuse')
  if (!found?.check) return error
  const { check, expected, received, warning } = found
  const lacks = error.code === 'no-pixels' ? ', an object without an image' : ''
  return notAdmitted(check, `Expected ${expected} but received ${received}${lacks}.`, 'Leave the file out.', [warning])
}
