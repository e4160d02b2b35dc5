/** What a file says of itself before its pixels are read: whose study, which breast, which view. */
import { type DicomBlob, DicomError, type DicomHeader, lateralityOf, readHeader, viewOf } from '@mammokit/dicom-io'
import { admissionWarnings, isPictureFile } from '@mammokit/mammogram-preprocess'
import { hashFile } from '#platform'
import type { ListedFile } from './listed-file.ts'
import { nameFacts } from './name-facts.ts'
import { type StudyAttributes, studyAttributes } from './study-attributes.ts'

export interface ImageFacts {
  readonly path: string
  /** In a page: the file itself. */
  readonly blob?: DicomBlob | undefined
  /** Of the file, hexadecimal. */
  readonly sha256: string
  readonly isDicom: boolean
  readonly patientId: string | null
  readonly studyInstanceUid: string | null
  readonly seriesInstanceUid: string | null
  readonly sopInstanceUid: string | null
  readonly sopClassUid: string | null
  readonly laterality: 'L' | 'R' | null
  readonly view: string | null
  /** What the admission table has against the header. */
  readonly findings: readonly string[]
  /** How side and view were found, where the header has neither. */
  readonly warnings: readonly string[]
  /** Of patient and study, for what is written about them; none for pictures. */
  readonly attributes: StudyAttributes | null
}

/** A file that is no image of a study. */
export interface OtherFile {
  readonly path: string
  /**
   * `not-an-image`: another kind of file; `no-pixels`: DICOM without an image, such as a report; `unreadable`: it should be an image and
   * cannot be read.
   */
  readonly code: 'not-an-image' | 'no-pixels' | 'unreadable'
  readonly reason: string
}

/** What the user says of files that do not say it themselves. */
export interface GivenFacts {
  readonly laterality?: 'L' | 'R' | undefined
  readonly view?: string | undefined
}

export async function readFacts(file: ListedFile, given: GivenFacts): Promise<ImageFacts | OtherFile> {
  const { path, blob } = file
  const source = blob ?? path
  try {
    if (await isPictureFile(source)) return { ...noHeader, ...(await commonFacts(file)), ...findSide(path, given, {}) }
    const header = await readHeader(source)
    return {
      ...(await commonFacts(file)),
      isDicom: true,
      patientId: header.patientId ?? null,
      studyInstanceUid: header.studyInstanceUid ?? null,
      seriesInstanceUid: header.seriesInstanceUid ?? null,
      sopInstanceUid: header.sopInstanceUid ?? null,
      sopClassUid: header.sopClassUid ?? null,
      ...findSide(path, given, header),
      findings: admissionWarnings(header),
      attributes: studyAttributes(header),
    }
  } catch (error) {
    return otherFile(file, error)
  }
}

const noHeader = {
  isDicom: false,
  patientId: null,
  studyInstanceUid: null,
  seriesInstanceUid: null,
  sopInstanceUid: null,
  sopClassUid: null,
  findings: [],
  attributes: null,
}

async function commonFacts({ path, blob }: ListedFile): Promise<Pick<ImageFacts, 'path' | 'blob' | 'sha256'>> {
  return { path, ...(blob && { blob }), sha256: await hashFile(blob ?? path) }
}

/** The header first, then what was given, then the file's name. */
function findSide(
  path: string,
  given: GivenFacts,
  header: Partial<DicomHeader>,
): Pick<ImageFacts, 'laterality' | 'view' | 'warnings'> {
  const own = { laterality: lateralityOf(header as DicomHeader), view: viewOf(header as DicomHeader) }
  const named = nameFacts(path)
  const warnings: string[] = []
  const pick = <Key extends 'laterality' | 'view'>(key: Key) => {
    if (own[key] !== undefined) return own[key]
    if (given[key] !== undefined) warnings.push(`${key}:given`)
    else if (named[key] !== undefined) warnings.push(`${key}:from-name`)
    return given[key] ?? named[key] ?? null
  }
  return { laterality: pick('laterality') as 'L' | 'R' | null, view: pick('view') as string | null, warnings }
}

function otherFile({ path, isNamed }: ListedFile, error: unknown): OtherFile {
  if (!(error instanceof DicomError)) return { path, code: 'unreadable', reason: (error as Error).message }
  const reason = error.message
  if (error.code === 'no-pixels') return { path, code: 'no-pixels', reason }
  const isExpected = isNamed || /\.(dcm|dicom|ima)$/i.test(path)
  return { path, code: error.code === 'not-dicom' && !isExpected ? 'not-an-image' : 'unreadable', reason }
}
