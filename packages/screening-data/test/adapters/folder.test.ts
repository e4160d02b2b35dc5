import { symlink } from 'node:fs/promises'
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
      '0020000D UI': `1.2.840.${sopInstanceUid.split('.').at(-1)}`,
      '00200062 CS': laterality,
    }),
    { pixelData: samplesToBytes(new Uint16Array(4)) },
  )

const safe = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

test('takes ids, side and view from the headers, and what cannot be read by its name', async () => {
  const dataDir = await temporaryFolder()
  await write(join(dataDir, 'a/one.dcm'), dicomFile('P7', '1.2.3', 'R'))
  await write(join(dataDir, 'a/two'), dicomFile('Q', '1.2.4'))
  await write(join(dataDir, 'b/twin.dcm'), dicomFile('Q', '1.2.4'))
  await write(join(dataDir, 'broken.dcm'), 'nothing')
  await write(join(dataDir, 'notes.txt'), 'not an image')
  await write(join(dataDir, 'DICOMDIR'), dicomFile('P7', '1.2.9'))
  expect(await listImages(dataDir)).toEqual(
    [
      { patientId: 'P7', imageId: '1.2.3', laterality: 'R', view: 'CC', source: 'a/one.dcm' },
      { patientId: 'Q', imageId: '1.2.4', laterality: 'L', view: 'CC', source: 'a/two' },
      {
        patientId: 'Q',
        imageId: expect.stringMatching(/^b_twin-x[0-9a-f]{16}$/),
        laterality: 'L',
        view: 'CC',
        source: 'b/twin.dcm',
        fault: 'the same image id 1.2.4 as a/two',
      },
      { patientId: 'unknown', imageId: 'broken', laterality: '', view: '', source: 'broken.dcm' },
    ].map((image) => ({ ...image, path: join(dataDir, image.source) })),
  )
})

test('keeps patients apart whatever is in their ids; one without an id is known by the study', async () => {
  const dataDir = await temporaryFolder()
  const ids = ['A/1', 'A 1', 'A/1', '*', '?', '', 'a', 'A', 'CON']
  for (const [at, id] of ids.entries()) await write(join(dataDir, `${at}.dcm`), dicomFile(id, `1.2.${at}`))
  const images = await listImages(dataDir)
  const patients = images.map(({ patientId }) => patientId)
  expect(images.every(({ fault }) => fault === undefined)).toBe(true)
  expect(new Set(patients).size).toBe(8)
  expect(patients[2]).toBe(patients[0])
  expect(new Set(patients.map((id) => id.toLowerCase())).size).toBe(8)
  for (const id of patients) expect(id).toMatch(safe)
  expect(images[5]).toMatchObject({ patientId: '1.2.840.5', warnings: ['patient:from-study'] })
})

test('gives every file an id of its own, whatever its name', async () => {
  const dataDir = await temporaryFolder()
  for (const name of ['a b', 'a_b', 'a-b', '张三', '李四', 'image-2', '1.2.3'])
    await write(join(dataDir, `${name}.dcm`), 'nothing')
  for (const name of ['x/a_b', 'x_a_b']) await write(join(dataDir, `${name}.dcm`), dicomFile('P', '1.2.3'))
  const ids = (await listImages(dataDir)).map(({ imageId }) => imageId)
  expect(new Set(ids).size).toBe(9)
  for (const id of ids) expect(id).toMatch(safe)
})

test('follows links to files and folders, and ends where they make a loop', async () => {
  const dataDir = await temporaryFolder()
  const elsewhere = await temporaryFolder()
  await write(join(elsewhere, 'deep/two.dcm'), dicomFile('Q', '1.2.4'))
  await write(join(elsewhere, 'one.dcm'), dicomFile('P', '1.2.3'))
  await write(join(dataDir, 'own/three.dcm'), dicomFile('R', '1.2.5'))
  await symlink(join(elsewhere, 'one.dcm'), join(dataDir, 'linked.dcm'))
  await symlink(elsewhere, join(dataDir, 'all'))
  await symlink(dataDir, join(elsewhere, 'deep/loop'))
  await symlink(dataDir, join(dataDir, 'own/loop'))
  await symlink(join(dataDir, 'nothing'), join(dataDir, 'dangling.dcm'))
  await symlink('self', join(dataDir, 'self'))
  const images = await listImages(dataDir)
  expect(images.map(({ source, fault }) => [source, fault])).toEqual([
    ['all/deep/two.dcm', undefined],
    ['all/one.dcm', undefined],
    ['dangling.dcm', undefined],
    ['linked.dcm', 'the same image id 1.2.3 as all/one.dcm'],
    ['own/three.dcm', undefined],
  ])
})

test('lists pictures by their bytes, with ids, side and view from their names, and says so', async () => {
  const dataDir = await temporaryFolder()
  const pictures: Record<string, string> = {
    'P_00001_LEFT_CC.png': '\x89PNG\r\n\x1a\n',
    P_00001_RIGHT_MLO: '\xff\xd8\xff',
    '10006_462822612.tif': 'II*\0',
    'benign/mdb001.pgm': 'P5 4 4',
    'plain.jpg': '\xff\xd8\xff',
    'text.txt': 'P9 this is none',
  }
  for (const [name, start] of Object.entries(pictures)) {
    await write(join(dataDir, name), Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(200)]))
  }
  const images = await listImages(dataDir)
  expect(images.map(({ patientId, laterality, view, warnings }) => [patientId, laterality, view, warnings])).toEqual([
    ['10006', '', '', ['patient:from-name']],
    ['P_00001', 'L', 'CC', ['patient:from-name', 'laterality:inferred', 'view:inferred']],
    ['P_00001', 'R', 'MLO', ['patient:from-name', 'laterality:inferred', 'view:inferred']],
    ['benign', '', '', ['patient:from-folder']],
    ['plain', '', '', ['patient:unknown']],
  ])
})

test('does not list what an earlier run made', async () => {
  const dataDir = await temporaryFolder()
  await write(join(dataDir, 'one.dcm'), dicomFile('P', '1.2.3'))
  await write(join(dataDir, 'processed/images/P/1.png'), '\x89PNG\r\n\x1a\n')
  await write(join(dataDir, 'out/images/P/1.png'), '\x89PNG\r\n\x1a\n')
  const images = await listImages(dataDir, { exclude: [join(dataDir, 'out')] })
  expect(images.map(({ source }) => source)).toEqual(['one.dcm'])
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
