/** Files of a synthetic patient for those who have none: four views, one breast with a mass. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePhantomDataset } from '@mammokit/mammogram-phantom'

const height = 1000
const seed = 5

/** DICOM files by their names in the page. */
export async function makeExample(): Promise<Map<string, Uint8Array>> {
  const outputDir = await mkdtemp(join(tmpdir(), 'mammokit-example-'))
  try {
    await writePhantomDataset({ outputDir, patients: 1, prevalence: 1, height, seed, conspicuity: 3, workers: 1 })
    const [header, ...lines] = (await readFile(join(outputDir, 'train.csv'), 'utf8')).trim().split('\n')
    const columns = header!.split(',')
    const files = new Map<string, Uint8Array>()
    for (const line of lines) {
      const values = line.split(',')
      const value = (name: string) => values[columns.indexOf(name)]!
      const path = join(outputDir, 'train_images', value('patient_id'), `${value('image_id')}.dcm`)
      files.set(`${value('laterality')}-${value('view')}.dcm`, await readFile(path))
    }
    return files
  } finally {
    await rm(outputDir, { recursive: true })
  }
}
