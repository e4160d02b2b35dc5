/** A small data set in the RSNA layout in a temporary folder, and helpers that look at what was made of it. */
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { dicomFile } from '../../mammogram-preprocess/test/dicom-file.ts'

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mammokit-dataset-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export async function write(path: string, data: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, data)
}

/** `count` images of patients of four; `damage` replaces the bytes of some. */
export async function rsnaDataSet(count: number, damage: Record<number, string | Uint8Array | null> = {}) {
  const dataDir = await temporaryFolder()
  const rows = ['site_id,patient_id,image_id,laterality,view,cancer']
  for (let i = 0; i < count; i++) {
    const [patientId, imageId] = [100 + Math.floor(i / 4), 9000 + i]
    const laterality = i % 2 ? 'R' : 'L'
    rows.push(`1,${patientId},${imageId},${laterality},CC,0`)
    const bytes = i in damage ? damage[i] : dicomFile({ seed: i + 1 === checkerboard ? 41 : i + 1, laterality })
    if (bytes !== null) await write(join(dataDir, `raw/train_images/${patientId}/${imageId}.dcm`), bytes)
  }
  await write(join(dataDir, 'raw/train.csv'), `${rows.join('\n')}\n`)
  return { dataDir, outputDir: join(dataDir, 'processed') }
}

/** The seed whose texture has bright squares: white blocks to the breast finder. */
const checkerboard = 4

/** SHA-256 of each file below a folder. */
export async function hashes(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const found: Record<string, string> = {}
  for (const path of paths.sort()) {
    found[path.slice(folder.length + 1)] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
  }
  return found
}
