import { writeFileSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { explainFileError, FileError, readInputChunks, readInputFile } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

it('reads a file', async () => {
  const path = join(temporaryFolder(), 'splits.csv')
  writeFileSync(path, 'a,b\n')
  expect(String(await readInputFile(path, 'Run split first.'))).toBe('a,b\n')
})

it('gives the advice where the file does not exist', async () => {
  const path = join(temporaryFolder(), 'splits.csv')
  const error = await readInputFile(path, 'Run split first.').catch((error) => error)
  expect(error).toBeInstanceOf(FileError)
  expect(error).toMatchObject({ code: 'not-found', details: { path, systemCode: 'ENOENT' } })
  expect(error.message).toBe(`Expected a file ${path} but received ENOENT. Run split first.`)
})

it('says what to do about a folder, and about a parent that is a file', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const read = (path: string) => readInputFile(path, 'Run split first.').catch((error) => error)
  expect((await read(folder)).message).toBe(
    `Expected to read ${folder} but received EISDIR. It is a folder: move it or choose another path.`,
  )
  expect((await read(join(file, 'x'))).message).toMatch(
    `received ENOTDIR. Move ${file}, which is a file and not a folder`,
  )
})

it('names the path itself where a folder was expected and a file is there', async () => {
  const file = join(temporaryFolder(), 'data')
  writeFileSync(file, '')
  const making = await mkdir(file, { recursive: true }).catch((error) => explainFileError('cannot-write', file, error))
  expect(making).toMatchObject({ details: { systemCode: 'EEXIST' } })
  expect(String(making)).toContain(`Move ${file}, which is a file and not a folder, or choose another path.`)
  const listing = await readdir(file).catch((error) => explainFileError('cannot-read', file, error))
  expect(String(listing)).toContain(`ENOTDIR. Move ${file}, which is a file and not a folder`)
})

it.each([
  ['ENOSPC', /The disk is full: free some space/],
  ['EDQUOT', /The disk is full: free some space/],
  ['EACCES', /Permission denied/],
  ['EPERM', /Permission denied/],
  ['EROFS', /The disk is read-only/],
  ['ENOTDIR', /Check the path/],
  ['ENOENT', /a part of it does not exist/],
  ['EMFILE', /raise the limit \(ulimit -n\)/],
  ['EBUSY', /Another process uses it/],
  ['EIO', /The disk failed/],
  ['EXDEV', /Check the path and the disk/],
])('advises on %s', (code, advice) => {
  const error = explainFileError('cannot-write', '/data/x', Object.assign(new Error(), { code }))
  expect(error).toMatchObject({ code: 'cannot-write', details: { path: '/data/x', systemCode: code } })
  expect(error.message).toMatch(
    new RegExp(`^Expected to write /data/x but received ${code}\\. .*${advice.source}.*\\.$`),
  )
})

it('keeps a FileError, and tells of an error that is none of the system', () => {
  const error = new FileError('bad-value', 'x')
  expect(explainFileError('cannot-read', 'a', error)).toBe(error)
  expect(explainFileError('cannot-read', 'a', new TypeError('odd')).message).toMatch('but received TypeError: odd.')
})

it('reads a file in chunks, with the same errors', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'table.csv')
  const content = Buffer.alloc(3 * 2 ** 20 + 5, 'mammogram')
  writeFileSync(path, content)
  const chunks: Buffer[] = []
  for await (const chunk of readInputChunks(path, 'Check the path.')) chunks.push(chunk)
  expect(chunks.length).toBeGreaterThan(2)
  expect(Buffer.concat(chunks).equals(content)).toBe(true)
  const absent = readInputChunks(join(folder, 'none.csv'), 'Check the path.').next()
  await expect(absent).rejects.toMatchObject({ code: 'not-found', message: expect.stringMatching(/Check the path\.$/) })
  await expect(readInputChunks(folder, '').next()).rejects.toMatchObject({ code: 'cannot-read' })
})
