import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cleanLeftovers, removeAtomic } from '../src/index.ts'
import { temporaryFolder, tree } from './temporary-folder.ts'

function write(folder: string, ...names: string[]): void {
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), name)
  }
}

it('removes files and folders, also over what an earlier removal left', async () => {
  const folder = temporaryFolder()
  write(folder, 'a/b/c', 'a.removing/b/c', 'file', 'kept')
  await removeAtomic(join(folder, 'a/'))
  await removeAtomic(join(folder, 'file'))
  expect(tree(folder)).toEqual({ kept: 'kept' })
})

it('finishes an earlier removal, and has nothing to do where nothing is', async () => {
  const folder = temporaryFolder()
  write(folder, 'a.removing/b')
  await removeAtomic(join(folder, 'a'))
  expect(tree(folder)).toEqual({})
  await removeAtomic(join(folder, 'never/was'))
})

it('does not let a folder come back whose replacement was cut short', async () => {
  const folder = temporaryFolder()
  write(folder, 'a.replaced/b', 'a.partial/b')
  await removeAtomic(join(folder, 'a'))
  await cleanLeftovers(folder)
  expect(tree(folder)).toEqual({})
})

it('cleans all that kills left, restores what was about to be replaced, and keeps the rest', async () => {
  const folder = temporaryFolder()
  write(
    folder,
    'a/old',
    'a.partial/half',
    'b.removing/half',
    'c.replaced/old',
    'c.partial/half',
    'd/new',
    'd.replaced/old',
  )
  write(folder, 'file', 'file.partial', 'partial', 'deep/e.partial')
  await cleanLeftovers(folder)
  expect(tree(folder)).toEqual({
    'a/old': 'a/old',
    'c/old': 'c.replaced/old',
    'd/new': 'd/new',
    'deep/e.partial': 'deep/e.partial',
    file: 'file',
    partial: 'partial',
  })
  await cleanLeftovers(join(folder, 'never/was'))
})
