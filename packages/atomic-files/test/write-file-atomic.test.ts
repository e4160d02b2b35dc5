import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { FileError, writeFileAtomic, writeJsonAtomic } from '../src/index.ts'
import { temporaryFolder, tree } from './temporary-folder.ts'

describe('writeFileAtomic', () => {
  it.each([true, false])('writes text and bytes into folders that it makes, flush: %s', async (flush) => {
    const folder = temporaryFolder()
    await writeFileAtomic(join(folder, 'a/b/text.txt'), 'text', { flush })
    await writeFileAtomic(join(folder, 'a/bytes'), Uint8Array.of(104, 105), { flush })
    expect(tree(folder)).toEqual({ 'a/b/text.txt': 'text', 'a/bytes': 'hi' })
  })

  it('replaces the old file, and what a killed process left of a longer one', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), 'old')
    writeFileSync(join(folder, 'file.partial'), 'a much longer text than the new one')
    await writeFileAtomic(join(folder, 'file'), 'new')
    expect(tree(folder)).toEqual({ file: 'new' })
  })

  it('lets writers of one file write at the same time, each under a temporary name of its own', async () => {
    const folder = temporaryFolder()
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000))
    await Promise.all(
      texts.map((text, index) => writeFileAtomic(join(folder, 'file'), text, { flush: false, writer: `-${index}` })),
    )
    expect(Object.keys(tree(folder))).toEqual(['file'])
    expect(texts).toContain(readFileSync(join(folder, 'file'), 'utf8'))
  })

  it.each(['../up', 'a/b', 'a\\b', ' '])('refuses %j as the name of a writer', async (writer) => {
    const error = await writeFileAtomic('nowhere', '', { writer }).catch((error) => error)
    expect(error).toMatchObject({ code: 'bad-value', details: { writer } })
  })

  it('names the parent that is a file', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    for (const path of ['file/a', 'file/a/b/c'].map((name) => join(folder, name))) {
      const error = await writeFileAtomic(path, '').catch((error) => error)
      expect(error).toBeInstanceOf(FileError)
      expect(error.code).toBe('cannot-write')
      expect(error.details).toEqual({ path, systemCode: expect.stringMatching(/^(ENOTDIR|EEXIST)$/) })
      expect(error.message).toMatch(
        `Expected to write ${path} but received ${error.details.systemCode}. Move ${folder}/file, which is a file`,
      )
    }
  })

  it('leaves the old folder in the way as it was, and nothing beside it', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'taken'))
    const error = await writeFileAtomic(join(folder, 'taken'), 'text').catch((error) => error)
    expect(error.message).toMatch(/taken but received EISDIR\. It is a folder: move it/)
    expect(tree(folder)).toEqual({ 'taken/': '' })
  })

  it.skipIf(process.getuid?.() === 0)('says that a folder may not be written to', async () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o500)
    const error = await writeFileAtomic(join(folder, 'file'), '').catch((error) => error)
    chmodSync(folder, 0o700)
    expect(error.message).toMatch(/received EACCES\. Permission denied: check who may write/)
  })

  it('says that a name is too long', async () => {
    const error = await writeFileAtomic(join(temporaryFolder(), 'x'.repeat(300)), '').catch((error) => error)
    expect(error.message).toMatch(/received ENAMETOOLONG\. Choose a shorter name\.$/)
  })
})

describe('writeJsonAtomic', () => {
  it('indents with two spaces and ends with a newline', async () => {
    const path = join(temporaryFolder(), 'config.json')
    await writeJsonAtomic(path, { epochs: 3 })
    expect(readFileSync(path, 'utf8')).toBe('{\n  "epochs": 3\n}\n')
  })

  it('refuses what JSON cannot hold, and keeps the old file', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'config.json')
    await writeJsonAtomic(path, 1)
    await expect(writeJsonAtomic(path, undefined)).rejects.toMatchObject({ code: 'bad-value', details: { path } })
    expect(tree(folder)).toEqual({ 'config.json': '1\n' })
  })
})
