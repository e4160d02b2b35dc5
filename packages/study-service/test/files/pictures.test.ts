import { join } from 'node:path'
import { encodeGrayPng, preprocessImage } from '@mammokit/mammogram-preprocess'
import { expect, test } from 'vitest'
import { analyzeStudies } from '../../src/index.ts'
import { modelOf, temporaryFolder, viewFile, write } from '../study-files.ts'

async function writePng(folder: string, name: string, seed = 1): Promise<void> {
  const dicom = join(folder, 'temporary.dcm')
  await write(dicom, viewFile({ seed }))
  const { image } = await preprocessImage(dicom, { height: 128, width: 96, detector: null })
  await write(join(folder, 'pictures', name), await encodeGrayPng(image))
}

test('a picture is of the breast and view that are given, else of those in its name, and says which', async () => {
  const folder = await temporaryFolder()
  await writePng(folder, 'right_mlo.png', 1)
  await writePng(folder, 'scan.png', 2)
  const options = { laterality: 'L', view: 'CC', raster: { polarity: 'MONOCHROME2', bits: 16 } } as const
  const paths = [join(folder, 'pictures')]
  const [given] = (await analyzeStudies(paths, modelOf([0.1]), options)).studies
  expect(given.breasts.map(({ laterality, views }) => [laterality, views])).toEqual([['L', ['CC']]])
  expect(given.images[0].warnings).toEqual(['laterality:given', 'view:given'])
  expect(given).toMatchObject({ patientId: null, studyInstanceUid: null })

  const [named] = (await analyzeStudies(paths, modelOf([0.1]), { raster: options.raster })).studies
  expect(named.breasts.map(({ laterality, views }) => [laterality, views])).toEqual([['R', ['MLO']]])
  expect(named.images.map(({ abstention }) => abstention?.code)).toEqual([undefined, 'laterality-unknown'])
  expect(named.images[0].warnings).toEqual(['laterality:from-name', 'view:from-name'])
})

test("a header's side and view come before those that are given", async () => {
  const folder = await temporaryFolder()
  await write(join(folder, 'a'), viewFile({ laterality: 'R', view: 'MLO' }))
  const [study] = (await analyzeStudies([folder], modelOf([0.1]), { laterality: 'L', view: 'CC' })).studies
  expect(study.images[0]).toMatchObject({ laterality: 'R', view: 'MLO', warnings: [] })
})

test('pictures of two folders are two studies', async () => {
  const folder = await temporaryFolder()
  await writePng(join(folder, 'one'), 'l_cc.png', 1)
  await writePng(join(folder, 'two'), 'l_cc.png', 2)
  const paths = ['one', 'two'].map((name) => join(folder, name, 'pictures'))
  expect((await analyzeStudies(paths, modelOf([0.1]))).studies).toHaveLength(2)
})
