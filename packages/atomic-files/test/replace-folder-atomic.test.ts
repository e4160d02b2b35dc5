import { mkdirSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { replaceFolderAtomic } from '../src/index.ts'
import { temporaryFolder, tree } from './temporary-folder.ts'

const fillWith = (text: string) => async (folder: string) => {
  mkdirSync(join(folder, 'deep'))
  await writeFile(join(folder, 'deep/a'), text)
  await writeFile(join(folder, 'b'), text)
}

it('writes a folder into parents that it makes, and replaces it as a whole', async () => {
  const folder = temporaryFolder()
  await replaceFolderAtomic(join(folder, 'run/epoch-001'), fillWith('old'))
  expect(tree(folder)).toEqual({ 'run/epoch-001/b': 'old', 'run/epoch-001/deep/a': 'old' })
  writeFileSync(join(folder, 'run/epoch-001/gone'), '')
  await replaceFolderAtomic(join(folder, 'run/epoch-001/'), fillWith('new'))
  expect(tree(folder)).toEqual({ 'run/epoch-001/b': 'new', 'run/epoch-001/deep/a': 'new' })
})

it('keeps the old folder and passes the error on where fill fails', async () => {
  const folder = temporaryFolder()
  const target = join(folder, 'target')
  await replaceFolderAtomic(target, fillWith('old'))
  const before = tree(folder)
  const failure = new Error('no more')
  const fill = async (partial: string) => {
    await writeFile(join(partial, 'half'), '')
    throw failure
  }
  await expect(replaceFolderAtomic(target, fill)).rejects.toBe(failure)
  expect(tree(folder)).toEqual(before)
})

it('explains what the system refuses within fill', async () => {
  const target = join(temporaryFolder(), 'target')
  const error = await replaceFolderAtomic(target, (folder) => writeFile(join(folder, 'no/file'), '')).catch((e) => e)
  expect(error).toMatchObject({ code: 'cannot-write', details: { path: target, systemCode: 'ENOENT' } })
})

it('starts over where a killed process left half a folder', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'target.partial'))
  writeFileSync(join(folder, 'target.partial/left'), '')
  await replaceFolderAtomic(join(folder, 'target'), fillWith('new'))
  expect(tree(folder)).toEqual({ 'target/b': 'new', 'target/deep/a': 'new' })
})
