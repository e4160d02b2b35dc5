/** Where the WebAssembly files of the decoders lie in a page: `new URL` with these literals is what bundlers look for. */
import type { WasmFile } from './wasm-files.ts'

const files: Readonly<Record<WasmFile, () => URL>> = {
  charls: () => new URL('@cornerstonejs/codec-charls/decodewasm', import.meta.url),
  'dcmjs-codecs': () => new URL('dcmjs-codecs/build/dcmjs-native-codecs.wasm', import.meta.url),
  'jpeg-2000': () => new URL('./jpeg-2000/kernels.wasm', import.meta.url),
  'libjpeg-turbo': () => new URL('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm', import.meta.url),
  libjxl: () => new URL('./jpeg-xl/jpegxlwasm_decode.wasm', import.meta.url),
  openjpeg: () => new URL('@cornerstonejs/codec-openjpeg/decodewasm', import.meta.url),
  openjph: () => new URL('@cornerstonejs/codec-openjph/wasm', import.meta.url),
}

export async function readWasm(name: WasmFile): Promise<Uint8Array> {
  const address = files[name]()
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${address.href}: ${response.status} ${response.statusText}`)
  return new Uint8Array(await response.arrayBuffer())
}
