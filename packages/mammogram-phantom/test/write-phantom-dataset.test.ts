import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import createOpenJpeg from '@cornerstonejs/codec-openjpeg/wasmjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PhantomDatasetConfig, PhantomError, writePhantomDataset } from '../src/index.ts'
import { planFromRecipe } from '../src/patient-writer.ts'
import { renderImage } from '../src/render-image.ts'
import { toStoredPixels } from '../src/stored-pixels.ts'
import { decodeJpegLossless } from './jpeg-lossless-decoder.ts'
import { readPart10 } from './part10-reader.ts'

const recipe = { seed: 13, height: 128, prevalence: 0.25, conspicuity: 1 }
const patients = 16
let root: string
let whole: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'phantom-'))
  whole = join(root, 'whole')
  await writePhantomDataset({ outputDir: whole, patients, workers: 1, ...recipe })
})
afterAll(() => rm(root, { recursive: true, force: true }))

async function digest(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const hashes: Record<string, string> = {}
  for (const file of files.sort()) {
    hashes[file.slice(folder.length)] = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
  }
  return hashes
}

test('every stored value comes back from each of the three transfer syntaxes', async () => {
  const openJpeg = await createOpenJpeg({ print: () => {}, printErr: () => {} })
  const seen = new Set<string>()
  for (let index = 0; index < patients; index++) {
    const patient = planFromRecipe(recipe, index)
    for (const plan of patient.images) {
      const path = join(whole, 'train_images', `${patient.patientId}`, `${plan.imageId}.dcm`)
      const file = readPart10(await readFile(path))
      expect([file.uint16(0x00280010), file.uint16(0x00280011)]).toEqual([plan.rows, plan.columns])
      const bits = file.uint16(0x00280101)
      const syntax = file.text(0x00020010)
      seen.add(syntax)
      const decoded = decodeFrame(file.frame, syntax, openJpeg)
      expect(decoded).toEqual(toStoredPixels(renderImage(plan, 1), plan.machine))
      expect(Math.max(...decoded)).toBeLessThan(2 ** bits)
    }
  }
  expect([...seen].sort()).toEqual(['1.2.840.10008.1.2.1', '1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.4.90'])
})

function decodeFrame(
  frame: Uint8Array,
  syntax: string,
  openJpeg: Awaited<ReturnType<typeof createOpenJpeg>>,
): Uint16Array {
  if (syntax.endsWith('.70')) return decodeJpegLossless(frame).data
  if (!syntax.endsWith('.90')) return new Uint16Array(frame.buffer, frame.byteOffset, frame.length / 2)
  const decoder = new openJpeg.J2KDecoder()
  decoder.getEncodedBuffer(frame.length).set(frame)
  decoder.decode()
  const bytes = decoder.getDecodedBuffer().slice()
  decoder.delete()
  return new Uint16Array(bytes.buffer)
}

test('the header carries the attributes of a mammogram', async () => {
  const patient = planFromRecipe(recipe, 2)
  const plan = patient.images[3]
  const file = readPart10(await readFile(join(whole, `train_images/${patient.patientId}/${plan.imageId}.dcm`)))
  expect(file.tags).toEqual([...file.tags].sort((a, b) => a - b))
  expect(file.text(0x00100020)).toBe(String(patient.patientId))
  expect(file.text(0x00101010)).toBe(`${String(patient.age).padStart(3, '0')}Y`)
  expect(file.text(0x00200062)).toBe('R')
  expect(file.text(0x00185101)).toBe('MLO')
  expect(file.text(0x00280004)).toBe(plan.machine.photometricInterpretation)
  expect(file.text(0x00281056)).toBe(plan.machine.voiLutFunction)
  expect(file.text(0x00281050).split('\\').length).toBe(plan.machine.windows.length)
  expect(file.text(0x00080018)).toBe(file.text(0x00020003))
  expect(file.text(0x00080018)).toMatch(/^2\.25\.\d{1,39}$/)
  expect(Number(file.text(0x00181164).split('\\')[0])).toBeCloseTo(plan.pixelSpacingMm, 5)
})

test('train.csv has the columns of RSNA and the exact prevalence; ground_truth.csv has a row per image', async () => {
  const rows = (await readFile(join(whole, 'train.csv'), 'utf8')).trimEnd().split('\n')
  expect(rows[0]).toBe(
    'site_id,patient_id,image_id,laterality,view,age,cancer,biopsy,invasive,BIRADS,implant,density,machine_id,difficult_negative_case',
  )
  const cells = rows.slice(1).map((row) => row.split(','))
  expect(cells.length).toBe(4 * patients)
  expect(cells.every((row) => row.length === 14)).toBe(true)
  expect(cells.filter((row) => row[6] === '1').length).toBe(2 * 4)
  expect(new Set(cells.filter((row) => row[6] === '1').map((row) => row[1])).size).toBe(4)
  const numbers = cells.map((row) => Number(row[1]))
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b))

  const truth = (await readFile(join(whole, 'ground_truth.csv'), 'utf8')).trimEnd().split('\n')
  expect(truth[0]).toBe(
    'patient_id,image_id,laterality,view,rows,columns,pixel_spacing_mm,breast_x,breast_y,breast_width,breast_height,breast_area,lesions',
  )
  expect(truth.slice(1).map((row) => row.split(',')[1])).toEqual(cells.map((row) => row[2]))
  const ill = truth.filter((row) => /spiculated-mass|distortion|microcalcifications/.test(row))
  expect(ill.map((row) => row.split(',')[1])).toEqual(cells.filter((row) => row[6] === '1').map((row) => row[2]))
})

test('worker threads and an interruption leave the same bytes as one thread that never stopped', async () => {
  const outputDir = join(root, 'resumed')
  const controller = new AbortController()
  const config: PhantomDatasetConfig = { outputDir, patients, workers: 2, ...recipe }
  const interrupted = writePhantomDataset({
    ...config,
    signal: controller.signal,
    onProgress: ({ patientsDone }) => {
      if (patientsDone === 5) controller.abort()
    },
  })
  await expect(interrupted).rejects.toThrow('aborted')
  const images = (await readdir(outputDir, { recursive: true })).filter((name) => name.endsWith('.dcm'))
  await unlink(join(outputDir, images[0]))
  const summary = await writePhantomDataset(config)
  expect(summary.written).toBeGreaterThan(0)
  expect(summary.skipped).toBeGreaterThanOrEqual(19)
  expect(summary.written + summary.skipped).toBe(4 * patients)
  const files = await digest(outputDir)
  for (const name of Object.keys(files)) if (name.endsWith('.partial')) delete files[name]
  expect(files).toEqual(await digest(whole))
})

test('a larger data set begins with the smaller one, and a finished one is left as it is', async () => {
  const outputDir = join(root, 'grown')
  await writePhantomDataset({ outputDir, patients: 3, workers: 1, ...recipe })
  const small = await digest(join(outputDir, 'train_images'))
  expect(await digest(join(whole, 'train_images'))).toMatchObject(small)
  const progress: number[] = []
  const summary = await writePhantomDataset({
    ...recipe,
    outputDir,
    patients: 3,
    workers: 1,
    onProgress: ({ patientsDone, patientsTotal }) => progress.push(patientsDone / patientsTotal),
  })
  expect(summary).toEqual({ patients: 3, cancers: 1, images: 12, written: 0, skipped: 12 })
  expect(progress).toEqual([1 / 3, 2 / 3, 1])
})

test('refuses a folder that holds a data set of another recipe', async () => {
  const attempt = writePhantomDataset({ outputDir: whole, patients, workers: 1, ...recipe, seed: 14 })
  await expect(attempt).rejects.toThrow(PhantomError)
  await expect(attempt).rejects.toMatchObject({
    code: 'different-data-set',
    details: { option: 'outputDir', value: whole },
  })
})

test('an aborted signal stops before anything is written', async () => {
  const outputDir = join(root, 'never')
  const signal = AbortSignal.abort(new Error('stop'))
  await expect(writePhantomDataset({ outputDir, patients: 2, signal })).rejects.toThrow('stop')
  await expect(readdir(outputDir)).rejects.toThrow('ENOENT')
})

test('an unwritable folder fails with the system error, in a worker too', async () => {
  const outputDir = join(root, 'blocked')
  await writePhantomDataset({ outputDir, patients: 1, workers: 1, ...recipe })
  await rm(join(outputDir, 'train_images'), { recursive: true })
  await writeFile(join(outputDir, 'train_images'), '')
  for (const workers of [1, 2]) {
    await expect(writePhantomDataset({ outputDir, patients: 2, workers, ...recipe })).rejects.toThrow(/EEXIST|ENOTDIR/)
  }
})

test.each<[Record<string, unknown>, string]>([
  [{ outputDir: '' }, 'Expected a folder for outputDir but received "". Pass the path of the folder to write to.'],
  [{ patients: 0 }, 'Expected an integer from 1 to 65521 for patients but received 0. Pass a value in that range.'],
  [{ patients: 2.5 }, 'Expected an integer from 1 to 65521 for patients but received 2.5. Pass a value in that range.'],
  [{ prevalence: 1.2 }, 'Expected a number from 0 to 1 for prevalence but received 1.2. Pass a value in that range.'],
  [{ height: '640' }, 'Expected an integer from 96 to 8192 for height but received "640". Pass a value in that range.'],
  [{ seed: -1 }, 'Expected an integer from 0 to 4294967295 for seed but received -1. Pass a value in that range.'],
  [
    { conspicuity: Number.NaN },
    'Expected a number from 0 to 3 for conspicuity but received NaN. Pass a value in that range.',
  ],
  [{ workers: 65 }, 'Expected an integer from 1 to 64 for workers but received 65. Pass a value in that range.'],
])('rejects %j', async (wrong, message) => {
  const config = { outputDir: join(root, 'wrong'), patients: 1, ...wrong } as PhantomDatasetConfig
  await expect(writePhantomDataset(config)).rejects.toThrow(message)
  await expect(writePhantomDataset(config)).rejects.toMatchObject({ name: 'PhantomError', code: 'invalid-option' })
})

test('a lifelike data set says so in its recipe, and is not continued as a plain one', async () => {
  const outputDir = join(root, 'lifelike')
  await writePhantomDataset({ outputDir, patients: 1, workers: 1, ...recipe, look: 'lifelike' })
  expect(JSON.parse(await readFile(join(outputDir, 'phantom.json'), 'utf8'))).toMatchObject({ look: 'lifelike' })
  await expect(writePhantomDataset({ outputDir, patients: 1, workers: 1, ...recipe })).rejects.toMatchObject({
    code: 'different-data-set',
  })
  expect(await readFile(join(whole, 'phantom.json'), 'utf8')).not.toContain('look')
})
