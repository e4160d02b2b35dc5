/** Extended sequential JPEG of 12 bits (.51, process 4) by the libjpeg in dcmjs-codecs, compiled to WebAssembly. */
import type { Context, NativeCodecs } from 'dcmjs-codecs'
import { readCappedWasm } from '../capped-wasm.ts'
import type { DecodedFrame, FrameShape } from '../codec.ts'
import { sampleArray } from '../sample-array.ts'
import { WasmCodec } from '../wasm-codec.ts'
import type { JpegFrameHeader } from './segments.ts'

interface DcmjsCodecs {
  readonly HEAPU8: Uint8Array
  readonly Context: typeof Context
  readonly NativeCodecs: typeof NativeCodecs
}

/** How the package's class makes its one instance, and reads the text that it says. */
interface NativeCodecsClass {
  new (): NativeCodecs
  readonly wasmApi: { readonly wasmMemory: { readonly buffer: ArrayBuffer } }
  _wasmToJsString(start: number, length: number): string
}

const libJpeg12 = new WasmCodec<DcmjsCodecs>('12-bit JPEG', async (hooks) => {
  const { default: codecs } = await import('dcmjs-codecs')
  const wasm = await readCappedWasm('dcmjs-codecs')
  const Base: typeof NativeCodecs & NativeCodecsClass = codecs.NativeCodecs as never
  class CappedCodecs extends Base {
    static async _getWebAssemblyBytes(): Promise<Uint8Array> {
      return wasm
    }
    static override _wasmToJsString(start: number, length: number): string {
      // biome-ignore lint/complexity/noThisInStatic: the instance is kept in the class that is called
      const text = super._wasmToJsString(start, length)
      hooks.print(text)
      return text
    }
  }
  // What it says reaches us above; its own logger would write to the terminal.
  codecs.log.setLevel('silent', false)
  await CappedCodecs.initializeAsync({ logCodecsInfo: true, logCodecsTrace: false })
  return {
    Context: codecs.Context,
    NativeCodecs: CappedCodecs,
    get HEAPU8() {
      return new Uint8Array(CappedCodecs.wasmApi.wasmMemory.buffer)
    },
  }
})

/** libjpeg does not throw where data are missing or left over: it says so, and goes on with gray (its jerror.h, JWRN). */
const complaints = /::(Corrupt JPEG data|Premature end)/

/** The decoder writes its samples where `frame` says: that must be what the codestream says. */
export function decode12Bit(bytes: Uint8Array, frame: JpegFrameHeader, shape: FrameShape): Promise<DecodedFrame> {
  const { width, height, precision } = frame
  const components = frame.components.length
  return libJpeg12.run(({ Context, NativeCodecs }, messages) => {
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
    const complaint = messages.find((text) => complaints.test(text))
    if (complaint !== undefined) throw libJpeg12.failure(complaint)
    if (samples === undefined) throw libJpeg12.failure('the decoder gave another number of samples')
    return { samples, width, height, components, precision, resolutionLevel: 0 }
  })
}
