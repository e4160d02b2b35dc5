import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOpenVino, OpenVinoError } from '../src/index.ts'
import { type Koffi, loadKoffi } from '../src/koffi.ts'
import { libraryFiles } from '../src/library-files.ts'
import { obstacle } from './openvino.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openvino-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

function put(path: string): string {
  const file = join(folder, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, '')
  return file
}

describe('libraryFiles', () => {
  it('asks the loader for the name without a version, then for those of 2026 and 2025, the newest first', () => {
    const names = libraryFiles(undefined, 'linux')
    expect(names.slice(0, 3)).toEqual(['libopenvino_c.so', 'libopenvino_c.so.2641', 'libopenvino_c.so.2640'])
    expect(names.at(-1)).toBe('libopenvino_c.so.2500')
    expect(libraryFiles('', 'darwin')[1]).toBe('libopenvino_c.2641.dylib')
    expect(libraryFiles(undefined, 'win32')).toEqual(['openvino_c.dll'])
  })

  it('finds the library in the folder of the wheel, its libs, an archive, and as a file', () => {
    const ofWheel = put('wheel/openvino/libs/libopenvino_c.so.2641')
    put('wheel/openvino/libs/libopenvino.so.2641')
    const ofArchive = put('archive/runtime/lib/intel64/libopenvino_c.so')
    const ofWindows = put('windows/runtime/bin/intel64/Release/openvino_c.dll')
    expect(libraryFiles(join(folder, 'wheel'), 'linux')).toEqual([ofWheel])
    expect(libraryFiles(join(folder, 'wheel/openvino'), 'linux')).toEqual([ofWheel])
    expect(libraryFiles(join(folder, 'wheel/openvino/libs'), 'linux')).toEqual([ofWheel])
    expect(libraryFiles(ofWheel, 'linux')).toEqual([ofWheel])
    expect(libraryFiles(join(folder, 'archive'), 'linux')).toEqual([ofArchive])
    expect(libraryFiles(join(folder, 'windows'), 'win32')).toEqual([ofWindows])
  })

  it('names the file that it expects in a folder without one', () => {
    const empty = join(folder, 'empty')
    mkdirSync(empty)
    expect(libraryFiles(empty, 'linux')).toEqual([join(empty, 'libopenvino_c.so')])
  })
})

describe('loadKoffi', () => {
  it('says what to install where koffi is missing', () => {
    const load = () => {
      throw new Error("Cannot find module 'koffi'\nRequire stack:\n- here")
    }
    expect(() => loadKoffi(load)).toThrow(
      'Expected koffi, which calls OpenVINO, but received: Cannot find module \'koffi\'. Run "npm install koffi@3".',
    )
  })

  it('enlarges the stack of calls on threads, and refuses one that cannot grow any more', () => {
    const changes: unknown[] = []
    const koffi = (size: number, grows: boolean): Koffi =>
      ({
        config(change?: { readonly async_stack_size: number }) {
          if (change !== undefined && !grows) throw new Error('a library was loaded')
          if (change !== undefined) changes.push(change)
          return { async_stack_size: size }
        },
      }) as Koffi
    loadKoffi(() => koffi(131_072, true))
    loadKoffi(() => koffi(2 ** 23, false))
    expect(changes).toEqual([{ async_stack_size: 2 ** 23 }])
    expect(() => loadKoffi(() => koffi(131_072, false))).toThrow(expect.objectContaining({ code: 'stack-too-small' }))
  })
})

describe('loadOpenVino', () => {
  it('refuses an option that does not exist', () => {
    expect(() => loadOpenVino({ path: 'libs' } as object)).toThrow('Expected library for an option but received path.')
  })

  it('says how OpenVINO is installed where it is missing, or what to install to call it', () => {
    const load = () => loadOpenVino({ library: join(folder, 'nowhere') })
    expect(load).toThrow(OpenVinoError)
    expect(load).toThrow(/Run "pip install openvino" and set MAMMOKIT_OPENVINO|Run "npm install koffi@3"/)
  })

  it.skipIf(obstacle !== undefined)('names its version and what the processor computes in', () => {
    const openVino = loadOpenVino()
    expect(openVino.version).toMatch(/^20\d\d\.\d+\.\d+$/)
    expect(openVino.precisions[0]).toBe('float32')
    expect(loadOpenVino()).toBe(openVino)
  })
})
