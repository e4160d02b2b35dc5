/** The directory of a CD or of another medium (PS3.3 F.3, PS3.10 8.6): which files it lists. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type DicomElements, readElements } from '@mammokit/dicom-io'

const mediaStorageDirectory = '1.2.840.10008.1.3.10'
/** Record In-use Flag of a record that is no longer in use (PS3.3 F.3.2.2). */
const inactive = 0

export interface Dicomdir {
  /** Paths of the images that its active records list, in its order, whether they are there or not. */
  readonly files: readonly string[]
  /** Records of images without a path within the medium: PS3.10 8.2 has no `..`. */
  readonly badRecords: number
}

/** Undefined for any other file, or a folder. */
export async function readDicomdir(path: string): Promise<Dicomdir | undefined> {
  let elements: DicomElements
  try {
    elements = await readElements(path)
  } catch {
    return undefined
  }
  if (elements.text('00020002') !== mediaStorageDirectory) return undefined
  const images = elements
    .items('00041220')
    .filter((record) => record.text('00041430') === 'IMAGE' && record.shorts('00041410', false)?.[0] !== inactive)
    .map((record) => record.texts('00041500') ?? [])
  const sound = images.filter((parts) => parts.length > 0 && parts.every(isName))
  return {
    files: sound.map((parts) => findFile(dirname(path), parts)),
    badRecords: images.length - sound.length,
  }
}

const isName = (part: string): boolean => /^[^/\\\0]+$/.test(part) && part !== '.' && part !== '..'

/** Mounted media often have lower-case names. */
function findFile(folder: string, parts: readonly string[]): string {
  const path = join(folder, ...parts)
  const lower = join(folder, ...parts.map((part) => part.toLowerCase()))
  return !existsSync(path) && existsSync(lower) ? lower : path
}
