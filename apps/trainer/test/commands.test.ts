import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { plainProgress } from '@mammokit/command-line'
import { readManifest, readSplitsCsv } from '@mammokit/screening-data'
import { beforeAll, describe, expect, it } from 'vitest'
import { dicomFile } from '../../../packages/mammogram-preprocess/test/dicom-file.ts'
import type { ConfigInput } from '../src/config/config.ts'
import { parseConfig } from '../src/config/config.ts'
import { extractRois } from '../src/extract-rois/extract-rois.ts'
import { phantom } from '../src/phantom/phantom.ts'
import { split } from '../src/split/split.ts'
import { temporaryFolder } from './temporary-folder.ts'

const data = temporaryFolder()
const config = (more: ConfigInput = {}) =>
  parseConfig({
    data,
    workers: 1,
    phantom: { patients: 8, prevalence: 0.5, height: 128 },
    image: { height: 64, width: 32 },
    ...more,
    split: { folds: 2, validationFraction: 0.25, ...more.split },
  })
const spoken = async (command: (context: { progress: ReturnType<typeof plainProgress> }) => Promise<unknown>) => {
  const lines: string[] = []
  await command({ progress: plainProgress((line) => lines.push(line)) })
  return lines.join('\n')
}

beforeAll(async () => {
  await phantom(config())
  await extractRois(config())
})

describe('phantom', () => {
  it('writes the RSNA layout, and nothing a second time', async () => {
    expect(readdirSync(join(data, 'raw')).sort()).toEqual(expect.arrayContaining(['train.csv', 'train_images']))
    expect(await phantom(config())).toMatchObject({ patients: 8, cancers: 4, images: 32, written: 0 })
  })

  it('stops with the signal’s reason', async () => {
    const elsewhere = temporaryFolder()
    const stopped = { signal: AbortSignal.abort(new Error('stopped')), progress: plainProgress(() => {}) }
    await expect(phantom(config({ data: elsewhere }), stopped)).rejects.toThrow('stopped')
  })
})

describe('extract-rois', () => {
  it('has a row and an image for each DICOM file and says the counts', async () => {
    const rows = await readManifest(join(data, 'processed/manifest.csv'))
    expect(rows).toHaveLength(32)
    for (const row of rows) expect(existsSync(join(data, 'processed', row.file))).toBe(true)
    const text = await spoken((context) => extractRois(config(), context))
    expect(text).toMatch(/ok, (threshold|yolov5) +\d+/)
    expect(text).toContain('32 made before')
  })

  it('refuses images of other options and makes them again with redo', async () => {
    const other = config({ preprocess: { margin: 0.2 } })
    await expect(extractRois(other)).rejects.toThrow('margin')
    expect(await extractRois({ ...other, redo: true })).toMatchObject({ ok: 32, skipped: 0 })
    await extractRois({ ...config(), redo: true })
  })

  it('goes on past a damaged file, lists it, and fails with strict', async () => {
    const [row] = await readManifest(join(data, 'processed/manifest.csv'))
    const source = join(data, 'raw', row.source)
    const backup = join(data, 'backup.dcm')
    copyFileSync(source, backup)
    writeFileSync(source, readFileSync(source).subarray(0, 900))
    rmSync(join(data, 'processed', row.file))
    const text = await spoken((context) => extractRois(config(), context))
    expect(text).toMatch(/failed +1\n/)
    expect(text).toContain(row.source)
    await expect(extractRois(config({ strict: true }))).rejects.toThrow('1 of 32 failed')
    copyFileSync(backup, source)
    expect(await extractRois(config())).toMatchObject({ ok: 32, failed: 0 })
  })

  it('names what may identify a patient, with the number of images and an example', async () => {
    const folder = temporaryFolder()
    const elements = { '00100010 PN': 'Doe^Jane', '00280301 CS': 'YES' }
    writeFileSync(join(folder, 'one.dcm'), dicomFile({ elements }))
    const text = await spoken((context) => extractRois(config({ data: folder }), context))
    const before = '1 of 1 images to be written may identify their patient by headers or annotations: one.dcm.'
    expect(text).toContain(before)
    expect(text).toMatch(/attribute +images +for example\n.*\n? *PatientName +1 +one\.dcm/)
    expect(text.indexOf(before)).toBeLessThan(text.indexOf('extract-rois: '))
    expect(text).toContain('1 of 1 images have headers or annotations that may identify the patient')
    expect(text).toMatch(/identifier:PatientName +1 +one\.dcm/)
    expect(text).toMatch(/identifier:BurnedInAnnotation +1 +one\.dcm/)
    expect(text).not.toContain('Jane')
  })

  it('says nothing of the kind about phantoms', async () => {
    expect(await spoken((context) => extractRois(config(), context))).not.toMatch(/identif/)
  })
})

describe('split', () => {
  it('puts every image in a subset, stratified, and prints the table', async () => {
    const text = await spoken((context) => split(config(), context))
    expect(text).toMatch(/subset +patients +breasts +images +cancer +share/)
    expect(text).toContain('no patient in two subsets, no image in two')
    const rows = await readSplitsCsv(join(data, 'processed/splits.csv'))
    expect(rows).toHaveLength(32)
    expect(new Set(rows.map((row) => row.subset))).toEqual(new Set(['train', 'val', 'test']))
  })

  it('has no test part for a submission, and the chosen fold as val with k-fold', async () => {
    const subsets = async (options: NonNullable<ConfigInput['split']>) =>
      (await split(config({ split: options }))).map(({ subset, patients }) => [subset, patients])
    expect((await subsets({ method: 'submission' })).map(([subset]) => subset)).toEqual(['train', 'val'])
    expect(await subsets({ method: 'k-fold', fold: 1 })).toEqual([
      ['train', 4],
      ['val', 4],
    ])
  })

  it('keeps patients who share an image in one subset', async () => {
    const copied = temporaryFolder()
    await phantom(config({ data: copied, phantom: { patients: 8, prevalence: 0.5, height: 128, seed: 5 } }))
    await extractRois(config({ data: copied }))
    const manifest = join(copied, 'processed/manifest.csv')
    const rows = await readManifest(manifest)
    const [first] = rows
    const other = rows.filter(({ patientId }) => patientId !== first.patientId)
    const shared = other.find((row) => row.imageId !== first.imageId)
    const text = readFileSync(manifest, 'utf8').replace(shared?.sourceSha256 ?? '', first.sourceSha256)
    writeFileSync(manifest, text)
    await split(config({ data: copied }))
    const subsetOf = new Map(
      (await readSplitsCsv(join(copied, 'processed/splits.csv'))).map((row) => [row.patientId, row.subset]),
    )
    expect(subsetOf.get(shared?.patientId ?? '')).toBe(subsetOf.get(first.patientId))
  })

  it('names a train.csv that is absent or damaged', async () => {
    const empty = temporaryFolder()
    await expect(split(config({ data: empty }))).rejects.toThrow(/Expected a file .*train\.csv/)
    const csv = join(data, 'raw/train.csv')
    const text = readFileSync(csv, 'utf8')
    appendFileSync(csv, '1,2,3\n')
    await expect(split(config())).rejects.toThrow(/line 34/)
    writeFileSync(csv, text)
  })

  it('and extract-rois refuse a stray quote with its line, before anything is made', async () => {
    const folder = temporaryFolder()
    const lines = readFileSync(join(data, 'raw/train.csv'), 'utf8').split('\n')
    lines[4] = lines[4].replace(',L,', ',"L,').replace(',R,', ',"R,')
    mkdirSync(join(folder, 'raw'))
    writeFileSync(join(folder, 'raw/train.csv'), lines.join('\n'))
    const message = /Expected well-formed quotes for .*train\.csv but received .* on line 5\./
    await expect(split(config({ data: folder }))).rejects.toThrow(message)
    await expect(extractRois(config({ data: folder }))).rejects.toThrow(message)
    expect(readdirSync(folder)).toEqual(['raw'])
  })

  it('refuses a train.csv without cancer, and one that a spreadsheet rewrote, and leaves splits.csv as it was', async () => {
    const folder = temporaryFolder()
    cpSync(data, folder, { recursive: true })
    const [csv, splits] = [join(folder, 'raw/train.csv'), join(folder, 'processed/splits.csv')]
    const [text, before] = [readFileSync(csv, 'utf8'), readFileSync(splits, 'utf8')]
    writeFileSync(csv, text.replaceAll(/^((?:[^,]*,){6})1,/gm, '$10,'))
    await expect(split(config({ data: folder }))).rejects.toThrow(
      /Expected images with and without cancer in train but received 0 with/,
    )
    writeFileSync(csv, text.replaceAll(/^(\d+,\d+,\d+),/gm, '$1.0,'))
    await expect(split(config({ data: folder }))).rejects.toThrow(/\(and 31 more\): it became a decimal number/)
    expect(readFileSync(splits, 'utf8')).toBe(before)
  })

  it('says that a subset has images of one kind only', async () => {
    const folder = temporaryFolder()
    await phantom(config({ data: folder, phantom: { patients: 8, prevalence: 0.125, height: 128 } }))
    const text = await spoken((context) => split(config({ data: folder, split: { folds: 0 } }), context))
    expect(text).toMatch(/(val|test) has no image with cancer: ROC AUC and thresholds are undefined on it\./)
  })
})
