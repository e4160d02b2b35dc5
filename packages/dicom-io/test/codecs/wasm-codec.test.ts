import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { WasmCodec } from '../../src/codecs/wasm-codec.ts'
import { encodeJpeg2000, encodeRle } from '../encode-frames.ts'

const notLoaded = { name: 'DicomError', code: 'io', message: expect.stringContaining('fully installed') }

test('a module that does not load is loaded again for the next frame, and then no more', async () => {
  const module = { HEAPU8: new Uint8Array(8) }
  const loads = [Promise.reject(new Error('EMFILE')), Promise.resolve(module)]
  const codec = new WasmCodec('JPEG-LS', () => loads.shift()!)
  await expect(codec.run(() => 1)).rejects.toMatchObject({ ...notLoaded, message: expect.stringContaining('EMFILE') })
  expect(await codec.run((loaded) => loaded)).toBe(module)
  expect(await codec.run((loaded) => loaded)).toBe(module)
})

test('a trap, and a heap of more than 512 MiB, give the next frame a new module', async () => {
  let loads = 0
  const codec = new WasmCodec('JPEG-LS', async () => {
    loads += 1
    return { HEAPU8: { length: loads === 2 ? 2 ** 29 + 1 : 8 } as Uint8Array, getExceptionMessage: () => 'bad' }
  })
  const trap = () => {
    throw 7
  }
  await expect(codec.run(trap)).rejects.toMatchObject({
    code: 'invalid-codestream',
    message: expect.stringMatching('bad'),
  })
  for (const expected of [2, 3, 3]) expect(await codec.run(() => loads)).toBe(expected)
})

test('a thread that cannot load a decoder is replaced: the next frame decodes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dicom-io-load-'))
  try {
    // The build, of which parts can be taken away; its threads are those of workers.
    cpSync(fileURLToPath(new URL('../../dist', import.meta.url)), folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const { decodeInThread } = createRequire(folder)(join(folder, 'codecs/decoder-thread.js'))
    const samples = Uint16Array.from({ length: 64 }, (_, at) => at * 9)
    const gray = { samplesPerPixel: 1, bitsAllocated: 16, bitsStored: 12, photometricInterpretation: 'MONOCHROME2' }
    const shape = { rows: 8, columns: 8, ...gray }
    for (const [codec, file, bytes] of [
      ['rle', 'codecs/rle.js', encodeRle(samples)],
      ['jpeg-2000', 'codecs/jpeg-2000/kernels.wasm', await encodeJpeg2000(samples, { width: 8, height: 8, bits: 12 })],
    ] as const) {
      const decode = () => decodeInThread({ codec, bytes: bytes.slice(), shape, resolutionLevel: 0 }, 10_000)
      renameSync(join(folder, file), join(folder, 'away'))
      await expect(decode()).rejects.toMatchObject(notLoaded)
      renameSync(join(folder, 'away'), join(folder, file))
      expect(await decode()).toMatchObject({ samples })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
