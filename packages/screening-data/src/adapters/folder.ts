/**
 * Any folder of images: listed in images.csv, or alone, with ids, laterality and view from the headers of DICOM files and the names of
 * others.
 */
import { type DataSetImage, type DataSetProblem, dataSetImage } from '../data-set/data-set-image.ts'
import { readImagesCsv } from '../data-set/images-csv.ts'
import { safeNames } from '../data-set/safe-names.ts'
import { factsFromName } from '../files/facts-from-name.ts'
import { findMissing } from '../files/find-missing.ts'
import { imageFormatOf } from '../files/image-format.ts'
import { imagesOnly } from '../files/images-only.ts'
import { type HeaderFacts, readHeaderFacts } from '../files/read-header-facts.ts'
import type { SourceFolder } from '../files/source-folder.ts'
import type { Adapter } from './adapter.ts'

export const folder: Adapter = {
  name: 'folder',
  title: 'any folder of images, listed in images.csv or alone',
  license: 'that of its images',
  looksFor: 'images.csv, or DICOM, PNG, JPEG, TIFF or PGM files',
  matches: async (source) => source.has('images.csv') || (await hasImage(source)),
  read: async (source) => (source.has('images.csv') ? readList(source) : readImages(source)),
}

async function hasImage(source: SourceFolder): Promise<boolean> {
  for (const file of await source.files()) if (await imageFormatOf(source.path(file))) return true
  return false
}

async function readList(source: SourceFolder) {
  const listed = await readImagesCsv(source.path('images.csv'), source.options.onFault)
  const missing = await findMissing(source, listed)
  const images = listed.map((image): DataSetImage => (missing.has(image) ? { ...image, isMissing: true } : image))
  const problems = [...missing].map(
    ({ image, table, line }): DataSetProblem => ({
      code: 'image-missing',
      message: `No file ${image}`,
      path: table,
      line,
    }),
  )
  // What import listed is a part of its set: masks and other files that lie beside have no row.
  if (images.some(({ set }) => set !== 'folder')) return { images, problems }
  const known = new Set(images.map(({ image }) => image))
  for (const path of imagesOnly(await source.files()).filter((file) => !known.has(file))) {
    problems.push({ code: 'row-missing', message: `No row of images.csv speaks of ${path}`, path, line: null })
  }
  return { images, problems }
}

/**
 * The images in the order of their paths: DICOM, PNG, JPEG, TIFF and PGM by their first bytes, and what is called so.
 *
 * A patient without an id is known by the study. A file whose header cannot be read keeps its path as id and is listed as any other. Of two
 * files with the same image id the second one is at fault.
 */
async function readImages(source: SourceFolder) {
  const found: Found[] = []
  for (const file of await source.files()) {
    const path = source.path(file)
    const format = await imageFormatOf(path)
    if (format)
      found.push({ source: file, ...(format === 'dicom' ? await fromHeader(path, file) : factsFromName(file)) })
  }
  const ids = imageIds(found)
  const problems: DataSetProblem[] = []
  const images = found.map(({ source: image, patientId, laterality, view, warnings }, at) => {
    const { id, twin } = ids[at]!
    const fault = twin && `the same image id ${safeNames([twin.id]).get(twin.id)} as ${twin.source}`
    if (fault) problems.push({ code: 'duplicate-image', message: `${image} has ${fault}`, path: image, line: null })
    return dataSetImage({
      image,
      patientId,
      imageId: id,
      laterality: laterality || null,
      view: view || null,
      set: 'folder',
      warnings,
      ...(fault && { fault }),
    })
  })
  return { images, problems }
}

/** A file, and its ids as they are written in it. */
interface Found {
  readonly source: string
  readonly patientId: string
  /** SOP Instance UID. */
  readonly instance?: string
  readonly laterality: 'L' | 'R' | ''
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

async function fromHeader(path: string, source: string): Promise<Omit<Found, 'source'>> {
  let facts: HeaderFacts
  try {
    facts = await readHeaderFacts(path)
  } catch {
    // The worker reads it again and says what is wrong.
    return { patientId: 'unknown', laterality: '', view: '', warnings: [] }
  }
  const { header, laterality, view } = facts
  const { sopInstanceUid: instance, studyInstanceUid, warnings } = header
  const patientId = header.patientId?.trim()
  const inferred = warnings.filter(({ code }) => code === 'inferred').map(({ keyword }) => keyword)
  return {
    // Without any of them every image is a patient of its own.
    patientId: patientId || studyInstanceUid || instance || source,
    ...(instance && { instance }),
    laterality: laterality ?? '',
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
