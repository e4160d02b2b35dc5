import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildDicom, imageElements, samplesToBytes } from '../../../dicom-io/test/build-dicom.ts'
import { listImages } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const dicomFile = (patientId: string, sopInstanceUid: string, laterality = 'L', view = 'CC') =>
  buildDicom(
    imageElements(2, 2, {
      '00080018 UI': sopInstanceUid,
      '00100020 LO': patientId,
      '00185101 CS': view,
      '00200062 CS': laterality,
    }),
    { pixelData: samplesToBytes(new Uint16Array(4)) },
  )

test('takes ids, side and view from the headers, and what cannot be read by its name', async () => {
  const dataDir = await temporaryFolder()
  await write(join(dataDir, 'a/one.dcm'), dicomFile('P 1/2', '1.2.3', 'R'))
  await write(join(dataDir, 'a/two'), dicomFile('Q', '1.2.4'))
  await write(join(dataDir, 'b/twin.dcm'), dicomFile('Q', '1.2.4'))
  await write(join(dataDir, 'b/broken.dcm'), 'nothing')
  await write(join(dataDir, 'notes.txt'), 'not an image')
  expect(await listImages(dataDir)).toEqual(
    [
      { patientId: 'P_1_2', imageId: '1.2.3', laterality: 'R', view: 'CC', source: 'a/one.dcm' },
      { patientId: 'Q', imageId: '1.2.4', laterality: 'L', view: 'CC', source: 'a/two' },
      { patientId: 'unknown', imageId: 'b_broken', laterality: '', view: '', source: 'b/broken.dcm' },
      {
        patientId: 'Q',
        imageId: 'b_twin',
        laterality: 'L',
        view: 'CC',
        source: 'b/twin.dcm',
        fault: 'the same image id 1.2.4 as a/two',
      },
    ].map((image) => ({ ...image, path: join(dataDir, image.source) })),
  )
})

test('never keeps two patients as one: the files of the second are at fault', async () => {
  const dataDir = await temporaryFolder()
  const ids = ['A/1', 'A 1', 'A/1', '*', '?', '']
  for (const [at, id] of ids.entries()) await write(join(dataDir, `${at}.dcm`), dicomFile(id, `1.2.${at}`))
  await write(join(dataDir, '6.dcm'), 'nothing')
  const images = await listImages(dataDir)
  expect(images.map(({ patientId, fault }) => [patientId, fault])).toEqual([
    ['A_1', undefined],
    ['A_1', 'the patient id "A 1" would be kept as A_1, as "A/1" of 0.dcm is'],
    ['A_1', undefined],
    ['unknown', undefined],
    ['unknown', 'the patient id "?" would be kept as unknown, as "*" of 3.dcm is'],
    ['unknown', 'the patient id "" would be kept as unknown, as "*" of 3.dcm is'],
    ['unknown', undefined],
  ])
})

test('gives every file an id of its own, whatever its name', async () => {
  const dataDir = await temporaryFolder()
  for (const name of ['a b', 'a_b', 'a-b', '张三', '李四', 'image-2'])
    await write(join(dataDir, `${name}.dcm`), 'nothing')
  for (const name of ['x/a_b', 'x_a_b']) await write(join(dataDir, `${name}.dcm`), dicomFile('P', '1.2.3'))
  const ids = (await listImages(dataDir)).map(({ imageId }) => imageId)
  expect(new Set(ids).size).toBe(8)
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
})

test('looks into the folder raw first', async () => {
  const dataDir = await temporaryFolder()
  await write(join(dataDir, 'raw/one.dcm'), dicomFile('P', '1.2.3'))
  await write(join(dataDir, 'other.dcm'), dicomFile('P', '1.2.4'))
  expect((await listImages(dataDir)).map(({ source }) => source)).toEqual(['one.dcm'])
})

test("gives a view that is one of DICOM's, warns of one that is inferred, and of another without repeating it", async () => {
  const dataDir = await temporaryFolder()
  const views = { CC: 'CC', mlo: 'MLO', '': '', 'LEFT MLO': 'MLO', '=1+1': '' }
  for (const [at, view] of Object.keys(views).entries()) {
    await write(join(dataDir, `${at}.dcm`), dicomFile('P', `1.2.${at}`, 'L', view))
  }
  const images = await listImages(dataDir)
  expect(images.map(({ view }) => view)).toEqual(Object.values(views))
  expect(images.map(({ warnings }) => warnings ?? [])).toEqual([[], [], [], ['view:inferred'], ['view:unknown']])
})
