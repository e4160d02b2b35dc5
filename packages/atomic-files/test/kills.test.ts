/** A child process is killed before each of its system calls in turn; then another one starts anew. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import * as atomic from '../src/index.ts'
import { temporaryFolder, tree } from './temporary-folder.ts'

const entry = JSON.stringify(new URL('../dist/index.js', import.meta.url).href)

type Action = (library: typeof atomic, folder: string) => Promise<void>

/** Runs `action` (its source) in a child that kills itself before its call number `calls` of node:fs/promises. */
function runAndKill(action: Action, folder: string, calls: number): { readonly killed: boolean } {
  const script = `
    import promises from 'node:fs/promises'
    import { syncBuiltinESMExports } from 'node:module'
    let left = ${calls}
    const count = (object, name) => {
      const call = object[name]
      object[name] = function (...values) {
        if (left-- === 0) process.kill(process.pid, 'SIGKILL')
        return call.apply(this, values)
      }
    }
    const handle = await promises.open('.')
    for (const name of ['writeFile', 'sync', 'close']) count(Object.getPrototypeOf(handle), name)
    for (const name of ['mkdir', 'open', 'rename', 'rm', 'readdir', 'lstat']) count(promises, name)
    syncBuiltinESMExports()
    await (${action})(await import(${entry}), ${JSON.stringify(folder)})`
  const { signal, status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  if (signal !== 'SIGKILL' && status !== 0) throw new Error(stderr)
  return { killed: signal === 'SIGKILL' }
}

const write: Action = ({ writeFileAtomic }, folder) => writeFileAtomic(`${folder}/a/file`, 'new')
const remove: Action = ({ removeAtomic }, folder) => removeAtomic(`${folder}/a`)
const replace: Action = ({ replaceFolderAtomic, writeFileAtomic }, folder) =>
  replaceFolderAtomic(`${folder}/a`, async (partial) => {
    await writeFileAtomic(`${partial}/file`, 'new', { flush: false })
    await writeFileAtomic(`${partial}/other`, 'new', { flush: false })
  })
const clean: Action = async ({ cleanLeftovers }, folder) => {
  await cleanLeftovers(`${folder}/a`)
  await cleanLeftovers(folder)
}

const one = (text: string) => ({ 'a/file': text })
const two = (text: string) => ({ 'a/file': text, 'a/other': text })

describe.each([
  { name: 'writeFileAtomic over a file', action: write, before: one('old'), after: one('new') },
  { name: 'writeFileAtomic into a new folder', action: write, before: {}, after: one('new') },
  { name: 'replaceFolderAtomic over a folder', action: replace, before: two('old'), after: two('new') },
  { name: 'replaceFolderAtomic where nothing was', action: replace, before: {}, after: two('new') },
  { name: 'removeAtomic', action: remove, before: two('old'), after: {} },
])('$name, killed before each system call', ({ action, before, after }) => {
  it('leaves the old state or the new one, and the next start ends in the new one', async () => {
    let kills = 0
    for (let killed = true; killed; kills++) {
      const folder = temporaryFolder()
      for (const [path, text] of Object.entries(before)) {
        mkdirSync(join(folder, path, '..'), { recursive: true })
        writeFileSync(join(folder, path), text)
      }
      killed = runAndKill(action, folder, kills).killed
      // One process starts anew without looking ...
      const again = join(temporaryFolder(), 'again')
      cpSync(folder, again, { recursive: true })
      await action(atomic, again)
      expect(tree(again), `again after call ${kills}`).toEqual(after)
      // ... another one cleans first, and is killed at that, too.
      runAndKill(clean, folder, kills % 6)
      await clean(atomic, folder)
      const files = Object.entries(tree(folder)).filter(([name]) => !name.endsWith('/'))
      expect([before, after], `cleaned after call ${kills}`).toContainEqual(Object.fromEntries(files))
    }
    expect(kills).toBeGreaterThan(4)
  })
})
