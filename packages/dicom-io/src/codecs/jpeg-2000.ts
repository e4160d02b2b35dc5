/** JPEG 2000 (.90, .91) at full or at a reduced resolution: by a decoder of ours, and what that does not know by OpenJPEG. */
import type { J2KDecoder, OpenJpeg } from '@cornerstonejs/codec-openjpeg/decodewasmjs'
import { readCappedWasm } from './capped-wasm.ts'
import { checkCodestream } from './check-codestream.ts'
import type { Codec, DecodedFrame } from './codec.ts'
import {
  checkResolution,
  declared,
  findCodestream,
  type Jpeg2000Size,
  readJpeg2000Size,
} from './jpeg-2000/codestream-size.ts'
import { decodeCodestream, readCodestream } from './jpeg-2000/decode-codestream.ts'
import { type Kernels, loadKernels } from './jpeg-2000/kernels.ts'
import { checkTileParts } from './jpeg-2000/tile-part-lengths.ts'
import { checkExtensions } from './jpeg-2000-extensions.ts'
import { sampleArray } from './sample-array.ts'
import { WasmCodec } from './wasm-codec.ts'

const kernels = new WasmCodec<Kernels>('JPEG 2000', loadKernels)

const openJpeg = new WasmCodec<OpenJpeg>('JPEG 2000', async (hooks) => {
  const { default: createOpenJpeg } = await import('@cornerstonejs/codec-openjpeg/decodewasmjs')
  const wasmBinary = await readCappedWasm('openjpeg')
  return createOpenJpeg({ ...hooks, wasmBinary })
})

/** OpenJPEG does not throw: it says what went wrong on its terminal, and may go on with what is there. */
const complaints = /\[ERROR\]|\[WARNING\].*(truncat|too (long|short)|malformed|corrupt|invalid|missing)/i

export const decodeJpeg2000: Codec = async (bytes, shape, resolutionLevel, region) => {
  const size = readJpeg2000Size(bytes)
  checkCodestream(size, shape)
  checkResolution(resolutionLevel, size.decompositions)
  checkExtensions(bytes)
  checkTileParts(bytes)
  const codestream = readCodestream(bytes.subarray(findCodestream(bytes)))
  if (codestream === undefined) return decodeWithOpenJpeg(bytes, size, resolutionLevel)
  return kernels.run((loaded) => ({
    ...decodeCodestream(loaded, codestream, size, { resolutionLevel, region }),
    ...declared(size),
    resolutionLevel,
    isRegion: region !== undefined,
  }))
}

/** A new decoder for each frame: one that is used again keeps the last image's pixels when it fails. */
function decodeWithOpenJpeg(bytes: Uint8Array, size: Jpeg2000Size, resolutionLevel: number): Promise<DecodedFrame> {
  return openJpeg.run((module, messages) => {
    const decoder = new module.J2KDecoder()
    try {
      const decoded = decodeWith(decoder, bytes, size, resolutionLevel)
      const complaint = messages.find((text) => complaints.test(text))
      if (decoded === undefined || complaint !== undefined) throw openJpeg.failure(complaint ?? messages.join(' '))
      return decoded
    } finally {
      decoder.delete()
    }
  })
}

function decodeWith(
  decoder: J2KDecoder,
  bytes: Uint8Array,
  size: Jpeg2000Size,
  resolutionLevel: number,
): DecodedFrame | undefined {
  decoder.getEncodedBuffer(bytes.length).set(bytes)
  if (resolutionLevel === 0) decoder.decode()
  else decoder.decodeSubResolution(resolutionLevel, 0)
  const info = decoder.getFrameInfo()
  const { width, height } = resolutionLevel === 0 ? info : decoder.calculateSizeAtDecompositionLevel(resolutionLevel)
  const samples = sampleArray(decoder.getDecodedBuffer(), width * height * size.components, size.precision)
  if (info.width !== size.width || info.height !== size.height || samples === undefined) return undefined
  return { samples, width, height, ...declared(size), resolutionLevel }
}
