import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ManifestRow, readManifest } from '@mammokit/screening-data'
import { expect, test } from 'vitest'
import { dicomFile } from '../../../mammogram-preprocess/test/dicom-file.ts'
import { chooseRows } from '../../src/contact-sheet/choose-rows.ts'
import { extractRois, writeContactSheet } from '../../src/index.ts'
import { rsnaDataSet } from '../data-set.ts'

test('draws fallbacks and samples with their boxes, and lists what failed, as one page without other files', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(6, { 0: '<b>broken</b>', 1: dicomFile({ constant: true }) })
  const options = { height: 64, width: 32, admission: { constant: 'warn' } } as const
  const { manifestPath } = await extractRois({ dataDir, options, workers: 1 })
  const path = join(outputDir, 'contact-sheet.html')
  await writeContactSheet({ manifestPath, dataDir, path, lowest: 2, sample: 3 })
  const html = await readFile(path, 'utf8')
  expect(html.match(/<h2>[^<]*/g)).toEqual([
    '<h2>Failed',
    '<h2>Fallbacks (1 of 5 images)',
    '<h2>Lowest scores',
    '<h2>Random sample',
  ])
  // 1 fallback, 2 lowest, 3 of the sample: a frame and the image made of it each.
  expect(html.match(/<svg viewBox="0 0 96 128"/g)).toHaveLength(6)
  expect(html.match(/<rect /g)).toHaveLength(6)
  expect(html.match(/<img /g)).toHaveLength(6)
  expect(html).toContain('constant image')
  expect(html).not.toMatch(/(src|href)="(?!data:)/)

  const rows = (await readManifest(manifestPath)).filter(({ status }) => status === 'ok')
  for (const { file } of rows) await writeFile(join(outputDir, file), 'another image')
  await writeContactSheet({ manifestPath, dataDir, path })
  const altered = await readFile(path, 'utf8')
  expect(altered).not.toMatch(/<img /)
  expect(altered).toContain('Run extract-rois again: it makes altered images anew.')
})

test('chooses the lowest scores and the same random sample for the same seed', () => {
  const rows = Array.from({ length: 50 }, (_, i) => {
    const row = { imageId: String(i), status: 'ok', reason: '', score: ((i * 7) % 50) / 50 }
    return row as unknown as ManifestRow
  })
  const [, , lowest, sample] = chooseRows(rows, { lowest: 3, sample: 5 })
  expect(lowest.rows.map(({ score }) => score)).toEqual([0, 0.02, 0.04])
  expect(chooseRows(rows.toReversed(), { sample: 5 })[3]).toEqual(sample)
  expect(chooseRows(rows, { sample: 5, seed: 14 })[3]).not.toEqual(sample)
})
