/** Any folder of DICOM files: ids, laterality and view come from their headers. */
import { open, readdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { type DicomHeader, lateralityOf, readHeader, viewOf } from '@mammokit/dicom-io'
import type { SourceImage } from './source-image.ts'

/**
 * Lists the files below `root` that are called .dcm or .dicom or start as DICOM files do, in the order of their paths.
 *
 * A file whose header cannot be read keeps its name as id and gets a row as any other. Of two files with the same image id the second
 * one is at fault, and so is the file of a patient whose id would become that of another one as a name of a folder.
 */
export async function listDicomFolder(root: string): Promise<SourceImage[]> {
  const images: SourceImage[] = []
  const patients = new Map<string, Identity>()
  const files = new Map<string, string>()
  for (const source of await filesBelow(root)) {
    const path = join(root, source)
    if (!(await looksLikeDicom(path))) continue
    const { image, originalPatientId } = await identify(path, source)
    const twin = files.get(image.imageId)
    const imageId = twin === undefined ? image.imageId : freeId(idFromPath(source), files)
    files.set(imageId, source)
    const merged =
      originalPatientId === undefined
        ? undefined
        : mergedPatient(patients, { id: originalPatientId, kept: image.patientId, source })
    const fault = twin === undefined ? merged : `the same image id ${image.imageId} as ${twin}`
    images.push(fault ? { ...image, imageId, fault } : image)
  }
  return images
}

/** A patient's id as a header has it and as it is kept, and the file that has it. */
interface Identity {
  readonly id: string
  readonly kept: string
  readonly source: string
}

/** What to say where two patients would be kept as one. */
function mergedPatient(patients: Map<string, Identity>, { id, kept, source }: Identity): string | undefined {
  const other = patients.get(kept)
  if (other === undefined) patients.set(kept, { id, kept, source })
  if (other === undefined || other.id === id) return undefined
  return `the patient id ${JSON.stringify(id)} would be kept as ${kept}, as ${JSON.stringify(other.id)} of ${other.source} is`
}

/** An id that no file has yet. */
function freeId(id: string, taken: ReadonlyMap<string, string>): string {
  if (!taken.has(id)) return id
  for (let count = 2; ; count++) if (!taken.has(`${id}-${count}`)) return `${id}-${count}`
}

async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/').replace(/^\//, ''))
    .sort()
}

/** PS3.10 7.1: "DICM" after a preamble of 128 bytes; files without it are known by their name only. */
async function looksLikeDicom(path: string): Promise<boolean> {
  if (/\.(dcm|dicom)$/i.test(path)) return true
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(132), 0, 132, 0)
      return bytesRead === 132 && buffer.toString('latin1', 128) === 'DICM'
    } finally {
      await file.close()
    }
  } catch {
    return false
  }
}

async function identify(
  path: string,
  source: string,
): Promise<{ image: SourceImage; originalPatientId: string | undefined }> {
  let header: DicomHeader | undefined
  try {
    header = await readHeader(path)
  } catch {
    // The worker reads it again and says what is wrong.
  }
  const view = header && viewOf(header)
  const inferred = header?.warnings.filter(({ code }) => code === 'inferred').map(({ keyword }) => keyword) ?? []
  const warnings = [
    // The value could be anything: it is not repeated.
    ...(header?.viewPosition && !view ? ['view:unknown'] : []),
    ...(inferred.includes('viewPosition') ? ['view:inferred'] : []),
    ...(inferred.includes('imageLaterality') ? ['laterality:inferred'] : []),
  ]
  const originalPatientId = header && (header.patientId?.trim() ?? '')
  const image = {
    imageId: safe(header?.sopInstanceUid) || idFromPath(source),
    patientId: safe(originalPatientId) || 'unknown',
    path,
    source,
    laterality: (header && lateralityOf(header)) ?? '',
    view: view ?? '',
    ...(warnings.length > 0 ? { warnings } : {}),
  }
  return { image, originalPatientId }
}

const idFromPath = (source: string) => safe(source.slice(0, source.length - parse(source).ext.length)) || 'image'

/** Ids become names of files: what a file system might not take is replaced. */
function safe(id: string | undefined): string {
  return (id ?? '')
    .trim()
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._-]+/, '')
    .slice(0, 120)
}
