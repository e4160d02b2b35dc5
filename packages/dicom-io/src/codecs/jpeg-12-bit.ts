/** Extended sequential JPEG of 12 bits (.51, process 4) by the libjpeg in dcmjs-codecs, compiled to WebAssembly. */
import type { Context, NativeCodecs } from 'dcmjs-codecs'
import { readCappedWasm } from './capped-wasm.ts'
import type { DecodedFrame, FrameShape } from './codec.ts'
import type { JpegFrameHeader } from './jpeg-segments.ts'
import { sampleArray } from './sample-array.ts'
import { WasmCodec } from './wasm-codec.ts'

interface DcmjsCodecs {
  readonly HEAPU8: Uint8Array
  readonly Context: typeof Context
  readonly NativeCodecs: typeof NativeCodecs
}

const libJpeg12 = new WasmCodec<DcmjsCodecs>('12-bit JPEG', async () => {
  const { default: codecs } = await import('dcmjs-codecs')
  const wasm = await readCappedWasm('dcmjs-codecs/build/dcmjs-native-codecs.wasm')
  /** The package keeps its instance in its class and takes its bytes from this method. */
  class CappedCodecs extends codecs.NativeCodecs {
    declare static readonly wasmApi: { readonly wasmMemory: { readonly buffer: ArrayBuffer } }
    static async _getWebAssemblyBytes(): Promise<Uint8Array> {
      return wasm
    }
  }
  await CappedCodecs.initializeAsync({ logCodecsInfo: false, logCodecsTrace: false })
  return {
    Context: codecs.Context,
    NativeCodecs: CappedCodecs,
    get HEAPU8() {
      return new Uint8Array(CappedCodecs.wasmApi.wasmMemory.buffer)
    },
  }
})

/** The decoder writes its samples where `frame` says: that must be what the codestream says. */
export function decode12Bit(bytes: Uint8Array, frame: JpegFrameHeader, shape: FrameShape): Promise<DecodedFrame> {
  const { width, height, precision } = frame
  const components = frame.components.length
  return libJpeg12.run(({ Context, NativeCodecs }) => {
    const context = new Context({
      width,
      height,
      bitsAllocated: 16,
      bitsStored: precision,
      samplesPerPixel: components,
      pixelRepresentation: 0,
      planarConfiguration: 0,
      photometricInterpretation: shape.photometricInterpretation,
      encodedBuffer: bytes,
    })
    const decoded = NativeCodecs.decodeJpeg(context).getDecodedBuffer() ?? new Uint8Array(0)
    const samples = sampleArray(decoded, width * height * components, precision)
    if (samples === undefined) throw libJpeg12.failure('the decoder gave another number of samples')
    return { samples, width, height, components, precision, resolutionLevel: 0 }
  })
}
