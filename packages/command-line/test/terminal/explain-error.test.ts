import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { explainError } from '../../src/terminal/explain-error.ts'

const dir = mkdtempSync(join(tmpdir(), 'command-line-'))
afterAll(() => rmSync(dir, { recursive: true }))
const errorOf = (action: () => unknown) => {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('Expected a failure but received none.')
}

describe('explainError', () => {
  const file = join(dir, 'file')
  writeFileSync(file, '')
  it.each([
    [
      () => readFileSync(join(dir, 'none')),
      `Expected to open ${dir}/none but received ENOENT: no such file or folder. Check the path.`,
    ],
    [
      () => readdirSync(file),
      `Expected to list the folder ${file} but received ENOTDIR: a part of the path is a file, not a folder. Check the path.`,
    ],
    [
      () => renameSync(join(dir, 'a'), join(dir, 'b')),
      `Expected to rename ${dir}/a as ${dir}/b but received ENOENT: no such file or folder. Check the path.`,
    ],
  ])('%s has the path and advice', (action, message) => expect(explainError(errorOf(action))).toBe(message))

  it('names what the command was given where the system names no path', () => {
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    })
    expect(explainError(error, '--run runs/a')).toBe(
      'Expected to write a file (with --run runs/a) but received ENOSPC: the disk is full. Free space and run the same command again.',
    )
  })

  it.each([
    ["ENOENT: no such file or directory, open '/data/a'", 'Expected to open /data/a but received ENOENT: '],
    ["EXDEV: cross-device link not permitted, rename '/a' -> '/b'", 'Expected to rename /a as /b but received EXDEV: '],
    ['ENOSPC: no space left on device, write', 'Expected to write a file but received ENOSPC: the disk is full.'],
  ])('knows %s by its message alone, as a worker thread hands it over', (message, text) => {
    expect(explainError(new Error(message))).toContain(text)
  })

  it('calls a fault of the program by its name', () => {
    const error = errorOf(() => (undefined as unknown as { a: 1 }).a)
    expect(explainError(error)).toMatch(/^Internal error: Cannot read properties of undefined.*Set MAMMOKIT_DEBUG=1/)
  })
})
