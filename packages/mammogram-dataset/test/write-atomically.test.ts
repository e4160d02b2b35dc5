import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cannotWrite, writeAtomically } from '../src/write-atomically.ts'
import { temporaryFolder, write } from './data-set.ts'

test('writes whole files into new folders and replaces old ones, leaving nothing beside them', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'a/b.txt')
  await writeAtomically(path, 'one')
  await write(`${path}.partial`, 'left by a killed process')
  await writeAtomically(path, 'two')
  expect(await readFile(path, 'utf8')).toBe('two')
  expect(await readdir(join(folder, 'a'))).toEqual(['b.txt'])
})

test('a target that cannot be written is an error with its path, and its temporary file is removed', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'taken'))
  const failed = writeAtomically(join(folder, 'taken'), 'text')
  await expect(failed).rejects.toMatchObject({ code: 'cannot-write', details: { path: join(folder, 'taken') } })
  expect(await readdir(folder)).toEqual(['taken'])
})

test('a full disk says that finished images are kept', () => {
  const error = cannotWrite('out/a.png', Object.assign(new Error('write'), { code: 'ENOSPC' }))
  expect(error.message).toBe(
    'Expected to write out/a.png but received ENOSPC. The disk is full: free some space and start again, finished images are kept.',
  )
})
