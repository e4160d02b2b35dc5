/** Studies, each with its images in an order that does not depend on where they were found. */
import { hashText } from '#platform'
import type { ImageFacts } from '../files/read-facts.ts'

export interface StudyGroup {
  /** 16 hexadecimal digits of patient and study, which it does not tell. */
  readonly studyId: string
  readonly patientId: string | null
  readonly studyInstanceUid: string | null
  readonly images: readonly ImageFacts[]
}

/**
 * Groups images by patient and Study Instance UID; those that have neither, such as pictures, by their folder.
 *
 * Two patients in one study are two studies: a probability of both together would be nobody's.
 */
export async function groupImages(images: readonly ImageFacts[]): Promise<StudyGroup[]> {
  const groups = new Map<string, ImageFacts[]>()
  for (const image of images) {
    const { patientId, studyInstanceUid, path } = image
    const isAnonymous = patientId === null && studyInstanceUid === null
    // As JSON, so that no two pairs of texts are one key.
    const key = JSON.stringify([patientId, studyInstanceUid, isAnonymous ? folderOf(path) : null])
    const group = groups.get(key)
    if (group) group.push(image)
    else groups.set(key, [image])
  }
  const named = [...groups].map(async ([key, members]) => ({
    studyId: (await hashText(key)).slice(0, 16),
    patientId: members[0]!.patientId,
    studyInstanceUid: members[0]!.studyInstanceUid,
    images: members.sort((a, b) => compare(orderOf(a), orderOf(b))),
  }))
  const studies = await Promise.all(named)
  return studies.sort((a, b) => compare(a.studyId, b.studyId))
}

const folderOf = (path: string): string => /^(.*)[/\\]/s.exec(path)?.[1] ?? '.'

const orderOf = ({ laterality, view, sopInstanceUid, sha256, path }: ImageFacts): string =>
  JSON.stringify([laterality ?? '~', view ?? '~', sopInstanceUid ?? '', sha256, path])

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
