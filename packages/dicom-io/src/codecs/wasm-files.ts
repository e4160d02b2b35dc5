/** Where the WebAssembly files of the decoders lie: in their packages, or among the built files of this one. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

export type WasmFile = 'charls' | 'dcmjs-codecs' | 'jpeg-2000' | 'libjpeg-turbo' | 'libjxl' | 'openjpeg' | 'openjph'

const files: Readonly<Record<WasmFile, () => string | URL>> = {
  charls: () => require.resolve('@cornerstonejs/codec-charls/decodewasm'),
  'dcmjs-codecs': () => require.resolve('dcmjs-codecs/build/dcmjs-native-codecs.wasm'),
  'jpeg-2000': () => builtFile('jpeg-2000/kernels.wasm'),
  'libjpeg-turbo': () => require.resolve('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm'),
  libjxl: () => builtFile('jpeg-xl/jpegxlwasm_decode.wasm'),
  openjpeg: () => require.resolve('@cornerstonejs/codec-openjpeg/decodewasm'),
  openjph: () => require.resolve('@cornerstonejs/codec-openjph/wasm'),
}

const require = createRequire(import.meta.url)

/** The built file also when this one runs from its source. */
export function builtFile(path: string): URL {
  return new URL(path, import.meta.url.replace(/\/src\/codecs\/[^/]*$/, '/dist/codecs/'))
}

export function readWasm(name: WasmFile): Promise<Uint8Array> {
  return readFile(files[name]())
}
