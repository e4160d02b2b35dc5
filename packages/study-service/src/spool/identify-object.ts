/** Which study and image a received file belongs to, from its own header; nothing of it is decoded. */
import { DicomError, readElements } from '@mammokit/dicom-io'
import { StudyError } from '../study-error.ts'
import { shortHash } from './study-objects.ts'

/** What whoever sends an object says of it. */
export interface ReceivedFacts {
  /** Study of a picture, or of a DICOM file that names none. */
  readonly studyInstanceUid?: string | undefined
  /** Of pictures. */
  readonly laterality?: 'L' | 'R' | undefined
  readonly view?: string | undefined
  /** What the sender said that the data set would be; another one is a `bad-object`. */
  readonly sopClassUid?: string | undefined
  readonly sopInstanceUid?: string | undefined
}

export interface Identity {
  /** Undefined where neither the object nor its sender names one. */
  readonly studyInstanceUid: string | undefined
  /** In the folder of objects. */
  readonly name: string
}

/** @throws {StudyError} `bad-object` for what is neither DICOM with the UID of an image nor a picture */
export async function identifyObject(path: string, sha256: string, facts: ReceivedFacts): Promise<Identity> {
  const bytes = sha256.slice(0, 32)
  const uids = await uidsOf(path)
  if (uids === 'picture') {
    const { studyInstanceUid, laterality, view } = facts
    const side = [laterality, view].map((word) => (word === undefined ? '' : `_${word}`)).join('')
    if (!/^[_A-Z]*$/.test(side)) throw badObject('L or R and a view for a picture', 'others')
    const name = `${shortHash(`${sha256}${side}`)}-${bytes}${side}.img`
    return { studyInstanceUid, name }
  }
  const [classUid, instanceUid, studyUid] = uids
  const studyInstanceUid = studyUid ?? facts.studyInstanceUid
  if (instanceUid === undefined) throw badObject('a SOP Instance UID (0008,0018)', 'none')
  if (facts.sopInstanceUid !== undefined && facts.sopInstanceUid !== instanceUid)
    throw badObject('the SOP Instance UID (0008,0018) that was announced', 'another one', true)
  if (facts.sopClassUid !== undefined && facts.sopClassUid !== classUid)
    throw badObject('the SOP Class UID (0008,0016) that was announced', 'another one', true)
  const name = `${shortHash(instanceUid)}-${bytes}.dcm`
  return { studyInstanceUid, name }
}

async function uidsOf(path: string): Promise<(string | undefined)[] | 'picture'> {
  try {
    const elements = await readElements(path)
    return ['00080016', '00080018', '0020000D'].map((tag) => elements.text(tag) || undefined)
  } catch (error) {
    if (!(error instanceof DicomError)) throw error
    const { isPictureFile } = await import('@mammokit/mammogram-preprocess') // a listener of DICOM needs none of it
    if (await isPictureFile(path)) return 'picture'
    // The message of the error may repeat what the file says.
    throw badObject('a DICOM data set or a picture', error.code)
  }
}

/** @param isOther whether it is sound, and another one than was announced */
export function badObject(expected: string, received: string, isOther = false): StudyError {
  const message = `Expected ${expected} in an object but received ${received}. Check the object.`
  return new StudyError('bad-object', message, { expected, received, isOther })
}
