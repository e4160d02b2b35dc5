/** JPEG XL (.110, .111, .112) by libjxl compiled to WebAssembly. */
import { readCappedWasm } from './capped-wasm.ts'
import { checkCodestream } from './check-codestream.ts'
import type { Codec } from './codec.ts'
import { readJpegXlHeader } from './jpeg-xl/image-header.ts'
import { type LibJxl, loadLibJxl } from './jpeg-xl/load-libjxl.ts'
import { sampleArray } from './sample-array.ts'
import { WasmCodec } from './wasm-codec.ts'

/** Compiled once in each thread: an instance is dropped after each damaged frame, and compiling takes much longer than most decode. */
let compiled: Promise<WebAssembly.Module> | undefined

const libJxl = new WasmCodec<LibJxl>('JPEG XL', async (hooks) => {
  const createLibJxl = await loadLibJxl()
  compiled ??= readCappedWasm('libjxl').then((wasm) => WebAssembly.compile(wasm))
  const module = await compiled.catch((cause) => {
    compiled = undefined
    throw cause
  })
  return new Promise((resolve, reject) => {
    const instantiateWasm = (imports: object, receive: (instance: object) => void) => {
      WebAssembly.instantiate(module, imports).then(receive).catch(reject)
      return {}
    }
    createLibJxl({ ...hooks, instantiateWasm }).then(resolve, reject)
  })
})

export const decodeJpegXl: Codec = async (bytes, shape) => {
  const header = readJpegXlHeader(bytes)
  checkCodestream(header, shape)
  const { width, height, components, precision, isTransformed } = header
  // libjxl makes RGB of what it transforms; other samples are what the header says.
  const isYbr = shape.photometricInterpretation === 'YBR_FULL'
  return libJxl.run((module) => {
    const decoder = new module.JpegXLDecoder()
    try {
      decoder.getEncodedBuffer(bytes.length).set(bytes)
      decoder.decode()
      const info = decoder.getFrameInfo()
      const isSame = info.width === width && info.height === height && info.componentCount === components
      const samples = sampleArray(decoder.getDecodedBuffer(), width * height * components, precision)
      if (!isSame || info.bitsPerSample !== precision || samples === undefined) {
        throw libJxl.failure('the decoder gave another number of samples')
      }
      return { samples, width, height, components, precision, resolutionLevel: 0, isRgb: isTransformed || !isYbr }
    } finally {
      decoder.delete()
    }
  })
}
