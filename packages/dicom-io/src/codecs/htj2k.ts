/** High-throughput JPEG 2000 (.201 to .203) by OpenJPH compiled to WebAssembly, at full or at a reduced resolution. */
import type { OpenJph } from '@cornerstonejs/codec-openjph/wasmjs'
import { readCappedWasm } from './capped-wasm.ts'
import { checkCodestream } from './check-codestream.ts'
import type { Codec } from './codec.ts'
import { checkResolution, declared, readJpeg2000Size } from './jpeg-2000/codestream-size.ts'
import { checkTileParts } from './jpeg-2000/tile-part-lengths.ts'
import { sampleArray } from './sample-array.ts'
import { WasmCodec } from './wasm-codec.ts'

const openJph = new WasmCodec<OpenJph>('HTJ2K', async (hooks) => {
  const { default: createOpenJph } = await import('@cornerstonejs/codec-openjph/wasmjs')
  const wasmBinary = await readCappedWasm('openjph')
  return createOpenJph({ ...hooks, wasmBinary })
})

export const decodeHtj2k: Codec = async (bytes, shape, resolutionLevel) => {
  const size = readJpeg2000Size(bytes)
  checkCodestream(size, shape)
  checkResolution(resolutionLevel, size.decompositions)
  // OpenJPH decodes what is left of a damaged frame to wrong pixels without an error.
  checkTileParts(bytes)
  return openJph.run((module) => {
    const decoder = new module.HTJ2KDecoder()
    try {
      decoder.getEncodedBuffer(bytes.length).set(bytes)
      if (resolutionLevel === 0) decoder.decode()
      else decoder.decodeSubResolution(resolutionLevel)
      const complaint = decoder.getLastErrorMessage()
      if (complaint) throw openJph.failure(complaint)
      const { width, height } =
        resolutionLevel === 0 ? size : decoder.calculateSizeAtDecompositionLevel(resolutionLevel)
      const samples = sampleArray(decoder.getDecodedBuffer(), width * height * size.components, size.precision)
      if (samples === undefined) throw openJph.failure('the decoder gave another number of samples')
      return { samples, width, height, ...declared(size), resolutionLevel }
    } finally {
      decoder.delete()
    }
  })
}
