import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { plainProgress } from '@mammokit/command-line'
import { readManifest, readProcessedRows, readSplitsCsv, readTrainCsv } from '@mammokit/screening-data'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ConfigInput, parseConfig } from '../../src/config/config.ts'
import { extractRois } from '../../src/extract-rois/extract-rois.ts'
import { importDataSet } from '../../src/import/import.ts'
import { phantom } from '../../src/phantom/phantom.ts'
import { split } from '../../src/split/split.ts'
import { validate } from '../../src/validate/validate.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const header =
  'patient_id,breast_density,left or right breast,image view,assessment,pathology,image file path,cropped image file path'
const csv = (...lines: string[]) => `${lines.join('\n')}\n`

const source = temporaryFolder()
const config = (data: string, more: ConfigInput = {}) =>
  parseConfig({
    data,
    workers: 1,
    image: { height: 64, width: 32 },
    phantom: { patients: 8, prevalence: 0.5, height: 128 },
    split: { folds: 2, testFraction: 0.2, validationFraction: 0.3 },
    ...more,
    import: { source, ...more.import },
  })
const spoken = async (command: (context: { progress: ReturnType<typeof plainProgress> }) => Promise<unknown>) => {
  const lines: string[] = []
  await command({ progress: plainProgress((line) => lines.push(line)) })
  return lines.join('\n')
}

/** Phantoms in the layout of CBIS-DDSM: one row has an unknown pathology, one has no image, and one image has no row. */
beforeAll(async () => {
  const phantoms = temporaryFolder()
  await phantom(config(phantoms))
  const lines: string[] = []
  for (const [at, row] of (await readTrainCsv(join(phantoms, 'raw/train.csv'))).entries()) {
    const side = row.laterality === 'L' ? 'LEFT' : 'RIGHT'
    const patient = `P_${row.patientId.padStart(5, '0')}`
    const id = `Mass-Training_${patient}_${side}_${row.view}`
    const pathology = at === 5 ? 'UNKNOWN' : row.cancer === 1 ? 'MALIGNANT' : 'BENIGN'
    const paths = [`${id}/1.2.3.4.5/1.2.3.4.6/000000.dcm`, `"${id}_1/1.2.3.4.7/1.2.3.4.8/000000.dcm\n"`]
    if (at !== 7) lines.push([patient, '2', side, row.view, '4', pathology, ...paths].join(','))
    if (at === 6) continue
    const file = join(source, 'CBIS-DDSM', id, '07-20-2016-DDSM-1/1.0-full mammogram images-2/1-1.dcm')
    mkdirSync(dirname(file), { recursive: true })
    copyFileSync(join(phantoms, `raw/train_images/${row.patientId}/${row.imageId}.dcm`), file)
  }
  writeFileSync(join(source, 'mass_case_description_train_set.csv'), csv(header, ...lines))
})

describe('import', () => {
  it('leads from a published layout to rows that can be trained on, and counts what is left out on the way', async () => {
    const data = temporaryFolder()
    const said = await spoken((context) => importDataSet(config(data), context))
    expect(said).toMatch(
      /as cbis-ddsm \(CBIS-DDSM, .*\): 30 images of 8 patients, \d+ with cancer \(by pathology\), 1 without a label\./,
    )
    expect(said).toContain('License: CC BY 3.0.')
    expect(said).toMatch(/image-missing +1 +mass_case_description_train_set\.csv:14/)
    expect(said).toMatch(/row-missing +1 +CBIS-DDSM\//)
    expect(said).toMatch(/unknown-value +1 +mass_case_description_train_set\.csv:12/)
    expect(said).toContain('pathology "UNKNOWN"')

    expect(await extractRois(config(data))).toMatchObject({ total: 30, ok: 30 })
    const text = await spoken((context) => split(config(data), context))
    expect(text).toMatch(/1 of 30 images \(3\.3 %\) left out: 1 without a label \(Mass-Training_P_\w+\)\./)
    const splits = await readSplitsCsv(join(data, 'processed/splits.csv'))
    expect(splits).toHaveLength(29)
    expect(splits[0]!.columns).toMatchObject({
      set: 'cbis-ddsm',
      cancer_source: 'pathology',
      published_subset: 'train',
    })
    const { rows, leftOut } = await readProcessedRows(data)
    expect(leftOut).toEqual([])
    expect(rows).toHaveLength(29)
    expect(new Set((await readManifest(join(data, 'processed/manifest.csv'))).map((row) => row.imageId))).toContain(
      rows[0]!.imageId,
    )
  })

  it('goes on after a row that cannot be read, and counts it; with strict it fails', async () => {
    const [data, broken] = [temporaryFolder(), temporaryFolder()]
    const table = csv('image,patient,cancer', 'a.png,P1,maybe', 'b.png,P1', 'c.png,P2,1')
    writeFileSync(join(broken, 'images.csv'), table)
    for (const name of ['a', 'b', 'c']) writeFileSync(join(broken, `${name}.png`), '')
    const settings = config(data, { import: { source: broken } })
    const said = await spoken((context) => importDataSet(settings, context))
    expect(said).toMatch(/bad-row +2 +images\.csv:[23]\n/)
    expect(said).toContain('1 image of 1 patient,')
    expect(readFileSync(join(data, 'raw/import-problems.csv'), 'utf8')).toMatch(
      /\nbad-row,images\.csv,2,"?Expected 0, 1/,
    )
    const strict = config(data, { import: { source: broken, strict: true } })
    await expect(importDataSet(strict)).rejects.toThrow('Expected no problem, because of --strict,')
  })

  it('copies nothing, lists every problem in a file, and gives the same bytes again', async () => {
    const data = temporaryFolder()
    await importDataSet(config(data))
    const read = () => readFileSync(join(data, 'raw/images.csv'), 'utf8')
    const first = read()
    expect(first).toContain(`\n${source}/CBIS-DDSM/`)
    expect(readFileSync(join(data, 'raw/import-problems.csv'), 'utf8').split('\n')).toHaveLength(5)
    await importDataSet(config(data))
    expect(read()).toBe(first)
  })

  it('lists images below the folder by their relative paths, so that the folder can be moved', async () => {
    const data = temporaryFolder()
    mkdirSync(join(data, 'raw/films'), { recursive: true })
    writeFileSync(join(data, 'raw/films/images.csv'), csv('image,patient,cancer', 'a.png,P1,1'))
    writeFileSync(join(data, 'raw/films/a.png'), 'x')
    await importDataSet(config(data, { import: { source: join(data, 'raw/films') } }))
    expect(readFileSync(join(data, 'raw/images.csv'), 'utf8')).toMatch(/\nfilms\/a\.png,P1,/)
  })

  it('with strict, or where nothing is left, fails and writes nothing', async () => {
    const data = temporaryFolder()
    const strict = importDataSet(config(data, { import: { strict: true } }))
    await expect(strict).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining(':12: pathology'),
    })
    const empty = temporaryFolder()
    writeFileSync(join(empty, 'calc_case_description_test_set.csv'), csv(header, 'P_1,2,LEFT,CC,4,BENIGN,x/y/z.dcm,x'))
    const none = importDataSet(config(data, { import: { source: empty } }))
    await expect(none).rejects.toThrow('Expected at least one image that is there')
    expect(existsSync(join(data, 'raw/images.csv'))).toBe(false)
  })

  it('replaces no list that someone wrote, and writes none beside train.csv, which would be read instead', async () => {
    for (const name of ['train.csv', 'images.csv']) {
      const data = temporaryFolder()
      mkdirSync(join(data, 'raw'))
      writeFileSync(join(data, 'raw', name), csv('image,patient', 'a.png,P1'))
      await expect(importDataSet(config(data))).rejects.toThrow(name)
      rmSync(join(data, 'raw', name))
      expect(await importDataSet(config(data))).toMatchObject({ set: 'cbis-ddsm', images: 30, patients: 8 })
    }
  })

  it('says what was looked for where a folder has no layout, or not the one that was named', async () => {
    const data = temporaryFolder()
    const folder = { import: { source: temporaryFolder() } }
    await expect(importDataSet(config(data, folder))).rejects.toThrow('INbreast.csv (inbreast)')
    const other = importDataSet(config(data, { import: { source, from: 'vindr-mammo' } }))
    await expect(other).rejects.toThrow('Expected breast-level_annotations.csv (vindr-mammo)')
    await expect(
      importDataSet({ ...config(data), import: { source: null, from: null, masks: true, strict: false } }),
    ).rejects.toThrow('<source>')
  })
})

it('the set that was imported may be named, and another one is not taken for it', async () => {
  const data = temporaryFolder()
  await importDataSet(config(data))
  expect(await validate(config(data, { set: 'cbis-ddsm' }))).toMatchObject({ images: 30 })
  const other = validate(config(data, { set: 'vindr-mammo' }))
  await expect(other).rejects.toThrow('Expected breast-level_annotations.csv (vindr-mammo)')
})

it('validate, extract-rois and split read a published layout without import, where it is named', async () => {
  const data = temporaryFolder()
  const named = config(source, { set: 'cbis-ddsm' })
  expect(await validate(named)).toMatchObject({ set: 'cbis-ddsm', images: 30 })
  expect(await extractRois({ ...named, redo: false })).toMatchObject({ total: 30, ok: 30 })
  await split(named)
  expect(await readSplitsCsv(join(source, 'processed/splits.csv'))).toHaveLength(29)
  expect(existsSync(join(data, 'raw'))).toBe(false)
  rmSync(join(source, 'processed'), { recursive: true })
})
