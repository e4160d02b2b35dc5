import { copyFile, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type WritableElement, writeDicom } from '@mammokit/dicom-io'
import { expect, test } from 'vitest'
import { listFiles } from '../../src/files/list-files.ts'
import { temporaryFolder, write } from '../study-files.ts'

const record = (type: string, ...id: string[]): WritableElement[] => [
  { tag: '00041430', vr: 'CS', value: type },
  ...(id.length > 0 ? [{ tag: '00041500', vr: 'LO', value: id } as const] : []),
]

const dicomdir = (...records: WritableElement[][]) =>
  writeDicom([
    { tag: '00080016', vr: 'UI', value: '1.2.840.10008.1.3.10' },
    { tag: '00080018', vr: 'UI', value: '2.25.1' },
    { tag: '00041220', vr: 'SQ', value: records },
  ])

test('walks folders in the order of names, follows links once, and lists a file once', async () => {
  const folder = await temporaryFolder()
  await write(join(folder, 'b', '2'), 'x')
  await write(join(folder, 'a'), 'x')
  await symlink(folder, join(folder, 'b', 'loop'))
  await symlink(join(folder, 'a'), join(folder, 'c'))
  await symlink(join(folder, 'nowhere'), join(folder, 'd'))
  const { files, unlisted } = await listFiles([join(folder, 'b', '2'), folder])
  expect(files).toEqual([
    { path: join(folder, 'b', '2'), isNamed: true },
    { path: join(folder, 'a'), isNamed: false },
  ])
  expect(unlisted).toEqual([{ path: join(folder, 'd'), reason: 'ENOENT' }])
})

test('passes over what is no study, under any name, unless it is named itself', async () => {
  const folder = await temporaryFolder()
  for (const name of ['a', 'result.json', join('overlays', 'b.png')]) await write(join(folder, name), 'x')
  await symlink(join(folder, 'overlays'), join(folder, 'link'))
  const except = [join(folder, 'result.json'), join(folder, 'overlays'), join(folder, 'not there')]
  expect((await listFiles([folder], except)).files).toEqual([{ path: join(folder, 'a'), isNamed: false }])
  const overlay = join(folder, 'overlays', 'b.png')
  expect((await listFiles([join(folder, 'overlays')], except)).files).toEqual([{ path: overlay, isNamed: false }])
})

test('a DICOMDIR stands for the images of its active records, missing ones included, and never leads out of its folder', async () => {
  const folder = await temporaryFolder()
  await write(join(folder, 'outside'), 'x')
  const medium = join(folder, 'cd')
  await write(join(medium, 'images', 'im1'), 'x')
  const path = join(medium, 'DICOMDIR')
  await write(
    path,
    dicomdir(
      record('PATIENT'),
      record('IMAGE', 'IMAGES', 'IM1'),
      record('IMAGE', 'IMAGES', 'IM2'),
      record('IMAGE', '..', 'outside'),
      [...record('IMAGE', 'IMAGES', 'IM3'), { tag: '00041410', vr: 'US', value: 0 }],
      [...record('IMAGE', 'IMAGES', 'IM4'), { tag: '00041410', vr: 'US', value: 0xffff }],
      record('SR DOCUMENT', 'SR'),
    ),
  )
  const { files, unlisted } = await listFiles([path])
  expect(files).toEqual([{ path: join(medium, 'images', 'im1'), isNamed: true }])
  expect(unlisted).toEqual([
    { path: join(medium, 'IMAGES', 'IM2'), reason: 'ENOENT' },
    { path: join(medium, 'IMAGES', 'IM4'), reason: 'ENOENT' },
    { path, reason: 'a record without a path within the medium' },
  ])
})

test("lists the images of pydicom's DICOMDIR in its order", async () => {
  const folder = await temporaryFolder()
  const paths = [
    'PT000000/ST000000/SE000000/IM000000',
    'PT000000/ST000000/SE000000/IM000001',
    'PT000001/ST000000/SE000000/IM000000',
  ]
  for (const path of paths) await write(join(folder, path), path)
  await copyFile(new URL('../fixtures/DICOMDIR', import.meta.url), join(folder, 'DICOMDIR'))
  const { files, unlisted } = await listFiles([join(folder, 'DICOMDIR')])
  expect(files.map(({ path }) => path)).toEqual(paths.map((path) => join(folder, path)))
  expect(unlisted).toEqual([])
})

test('names a path that is not there, and an empty folder', async () => {
  const folder = await temporaryFolder()
  await expect(listFiles([join(folder, 'no')])).rejects.toMatchObject({ code: 'bad-path' })
  await mkdir(join(folder, 'empty'))
  await expect(listFiles([join(folder, 'empty')])).rejects.toMatchObject({ code: 'no-files' })
})
