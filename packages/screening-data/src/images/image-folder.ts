/** Any folder of images: ids, laterality and view come from the headers of DICOM files and from the names of others. */
import { join } from 'node:path'
import { type DicomHeader, lateralityOf, readHeader, viewOf } from '@mammokit/dicom-io'
import { factsFromName } from './facts-from-name.ts'
import { filesBelow } from './files-below.ts'
import { imageFormatOf } from './image-format.ts'
import { safeNames } from './safe-names.ts'
import type { SourceImage } from './source-image.ts'

/**
 * Lists the images below `root` in the order of their paths: DICOM, PNG, JPEG, TIFF and PGM by their first bytes, and what is called so.
 *
 * Ids that are no safe names get one, no two the same. A patient without an id is known by the study. A file whose header cannot be
 * read keeps its path as id and gets a row as any other. Of two files with the same image id the second one is at fault.
 *
 * @param exclude folders that are not entered
 */
export async function listImageFolder(root: string, exclude: readonly string[] = []): Promise<SourceImage[]> {
  const found: Found[] = []
  for (const source of await filesBelow(root, exclude)) {
    const path = join(root, source)
    const format = await imageFormatOf(path)
    if (format)
      found.push({ source, path, ...(format === 'dicom' ? await fromHeader(path, source) : factsFromName(source)) })
  }
  const ids = imageIds(found)
  const imageNames = safeNames(ids.map(({ id }) => id))
  const patientNames = safeNames(found.map(({ patientId }) => patientId))
  return found.map(({ source, path, patientId, laterality, view, warnings }, at) => {
    const { id, twin } = ids[at]!
    return {
      imageId: imageNames.get(id)!,
      patientId: patientNames.get(patientId)!,
      path,
      source,
      laterality,
      view,
      ...(warnings.length > 0 ? { warnings } : {}),
      ...(twin === undefined ? {} : { fault: `the same image id ${imageNames.get(twin.id)} as ${twin.source}` }),
    }
  })
}

/** A file, and its ids as they are written in it. */
interface Found {
  readonly source: string
  readonly path: string
  readonly patientId: string
  /** SOP Instance UID. */
  readonly instance?: string
  readonly laterality: string
  readonly view: string
  readonly warnings: readonly string[]
}

/** An id for each file that no other one has: the instance's, else the path without its ending where that is enough. */
function imageIds(found: readonly Found[]): { readonly id: string; readonly twin?: { id: string; source: string } }[] {
  const sources = new Map<string, string>()
  const isTwin = found.map(({ instance, source }) => {
    if (instance === undefined) return false
    if (sources.has(instance)) return true
    sources.set(instance, source)
    return false
  })
  return found.map(({ instance, source }, at) => {
    if (instance !== undefined && !isTwin[at]) return { id: instance }
    const candidates = [source.replace(/\.[^./]+$/, ''), source]
    // A path that another file has as its instance: no UID has a slash.
    const id = candidates.find((candidate) => candidate !== '' && !sources.has(candidate)) ?? `./${source}`
    sources.set(id, source)
    return instance === undefined ? { id } : { id, twin: { id: instance, source: sources.get(instance)! } }
  })
}

async function fromHeader(path: string, source: string): Promise<Omit<Found, 'source' | 'path'>> {
  let header: DicomHeader
  try {
    header = await readHeader(path)
  } catch {
    // The worker reads it again and says what is wrong.
    return { patientId: 'unknown', laterality: '', view: '', warnings: [] }
  }
  const { sopInstanceUid: instance, studyInstanceUid, warnings } = header
  const view = viewOf(header)
  const patientId = header.patientId?.trim()
  const inferred = warnings.filter(({ code }) => code === 'inferred').map(({ keyword }) => keyword)
  return {
    // Without any of them every image is a patient of its own.
    patientId: patientId || studyInstanceUid || instance || source,
    ...(instance && { instance }),
    laterality: lateralityOf(header) ?? '',
    view: view ?? '',
    warnings: [
      ...(patientId ? [] : [studyInstanceUid ? 'patient:from-study' : 'patient:unknown']),
      // The value could be anything: it is not repeated.
      ...(header.viewPosition && !view ? ['view:unknown'] : []),
      ...(inferred.includes('viewPosition') ? ['view:inferred'] : []),
      ...(inferred.includes('imageLaterality') ? ['laterality:inferred'] : []),
    ],
  }
}
