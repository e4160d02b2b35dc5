import { DicomError, identifyingAttributes, readHeader } from '@mammokit/dicom-io'

/**
 * The warnings `identifier:<keyword>` that the preprocessing of a file will have, from its header alone; never a value.
 *
 * A file that is no readable DICOM image has no header that could identify anybody.
 *
 * @example
 * await readIdentifyingWarnings('1459541791.dcm') // ['identifier:PatientName']
 */
export async function readIdentifyingWarnings(path: string): Promise<string[]> {
  try {
    return identifyingAttributes(await readHeader(path)).map((keyword) => `identifier:${keyword}`)
  } catch (error) {
    if (error instanceof DicomError) return []
    throw error
  }
}
