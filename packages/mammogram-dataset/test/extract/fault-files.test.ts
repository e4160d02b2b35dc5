/** Files of kinds that public bug reports name, where they are; files of the same kinds that the project makes are tested elsewhere. */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ManifestRow, readManifest } from '@mammokit/screening-data'
import { expect, test } from 'vitest'
import { extractRois } from '../../src/index.ts'
import { temporaryFolder } from '../data-set.ts'

const faults = `${process.env.MAMMOKIT_TEST_DATA}/faults/dicom/`
const size = { height: 64, width: 32 }

/** The rows of a folder with these files. */
async function rowsOf(names: readonly string[], options = {}): Promise<ManifestRow[]> {
  const dataDir = await temporaryFolder()
  await mkdir(join(dataDir, 'raw'))
  for (const name of names) await copyFile(join(faults, `${name}.dcm`), join(dataDir, 'raw', `${name}.dcm`))
  const { manifestPath } = await extractRois({ dataDir, options: { ...size, ...options }, workers: 1 })
  return readManifest(manifestPath)
}

test.skipIf(!existsSync(faults))(
  'MAMMOKIT_TEST_DATA/faults/dicom/08c, 22 and 32: several frames, FOR PROCESSING and a black square are refused with the reason',
  async () => {
    const names = ['08c_dbt_first_slice_empty', '22_for_processing', '32_hologic_sco']
    const rows = await rowsOf(names)
    const reasons = new Map(rows.map(({ source, status, reason }) => [source.slice(0, 3), `${status} ${reason}`]))
    expect(reasons.get('08c')).toMatch(/^failed not-admitted: Expected one frame .* received tomosynthesis with 3\./)
    expect(reasons.get('22_')).toMatch(/^failed not-admitted: .* received FOR PROCESSING\./)
    expect(reasons.get('32_')).toMatch(/^failed not-admitted: .* received 8 x 8\./)
  },
)

test.skipIf(!existsSync(faults))(
  'MAMMOKIT_TEST_DATA/faults/dicom/08c: a frame or a projection that is chosen is made, and the row says which of how many',
  async () => {
    for (const [frame, warning] of [
      [1, 'source:frame-1-of-3'],
      ['middle', 'source:frame-1-of-3'],
      ['maximum', 'source:maximum-of-3-frames'],
    ] as const) {
      const [row] = await rowsOf(['08c_dbt_first_slice_empty'], { frame })
      expect(row).toMatchObject({ status: 'ok', laterality: 'R', view: 'CC' })
      expect(row!.warnings).toContain(warning)
    }
  },
)

test.skipIf(!existsSync(faults))('MAMMOKIT_TEST_DATA/faults/dicom/25: five patients in five files', async () => {
  const rows = await rowsOf([0, 1, 2, 3, 4].map((at) => `25_patient_${at}`))
  expect(rows.map(({ status }) => status)).toEqual(Array(5).fill('ok'))
  expect(new Set(rows.map(({ patientId }) => patientId.toLowerCase())).size).toBe(5)
  expect(new Set(rows.map(({ imageId }) => imageId)).size).toBe(5)
  for (const { file } of rows) expect(file).toMatch(/^images\/[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+\.png$/)
})

test.skipIf(!existsSync(faults))(
  'MAMMOKIT_TEST_DATA/faults/dicom: expected.json names the files of these tests',
  async () => {
    const expected = JSON.parse(await readFile(join(faults, 'expected.json'), 'utf8')) as object
    for (const name of ['08c_dbt_first_slice_empty', '22_for_processing', '32_hologic_sco', '25_patient_4']) {
      expect(Object.keys(expected)).toContain(name)
    }
  },
)
