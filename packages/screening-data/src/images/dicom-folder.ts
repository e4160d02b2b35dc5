/** Any folder of DICOM files: ids, laterality and view come from their headers. */
import { open, readdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { type DicomHeader, lateralityOf, readHeader, viewOf } from '@mammokit/dicom-io'
import type { SourceImage } from './source-image.ts'

/**
 * Lists the files below `root` that are called .dcm or .dicom or start as DICOM files do, in the order of their paths.
 *
 * A file whose header cannot be read keeps its name as id and gets a row as any other. Of two files with the same id the
 * second one is at fault.
 */
export async function listDicomFolder(root: string): Promise<SourceImage[]> {
  const images: SourceImage[] = []
  const sources = new Map<string, string>()
  for (const source of await filesBelow(root)) {
    const path = join(root, source)
    if (!(await looksLikeDicom(path))) continue
    const image = await identify(path, source)
    const twin = sources.get(image.imageId)
    if (twin === undefined) {
      sources.set(image.imageId, source)
      images.push(image)
    } else {
      images.push({ ...image, imageId: idFromPath(source), fault: `the same image id ${image.imageId} as ${twin}` })
    }
  }
  return images
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

async function identify(path: string, source: string): Promise<SourceImage> {
  let header: DicomHeader | undefined
  try {
    header = await readHeader(path)
  } catch {
    // The worker reads it again and says what is wrong.
  }
  const view = header && viewOf(header)
  return {
    imageId: safe(header?.sopInstanceUid) || idFromPath(source),
    patientId: safe(header?.patientId) || 'unknown',
    path,
    source,
    laterality: (header && lateralityOf(header)) ?? '',
    view: view ?? '',
    // The value could be anything: it is not repeated.
    ...(header?.viewPosition && !view ? { warnings: ['view:unknown'] } : {}),
  }
}

const idFromPath = (source: string) => safe(source.slice(0, source.length - parse(source).ext.length))

/** Ids become names of files: what a file system might not take is replaced. */
function safe(id: string | undefined): string {
  return (id ?? '')
    .trim()
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._-]+/, '')
    .slice(0, 120)
}
