/** The JavaScript of libjxl's decoder, which the build copies from `@cornerstonejs/codec-libjxl`: that package asks for Node 24. */
import { builtFile } from '../wasm-files.ts'

export interface JpegXlDecoder {
  /** Reserves room for the codestream and returns a view of it. */
  getEncodedBuffer(size: number): Uint8Array
  /** Throws a number, also where the codestream is truncated. Bytes behind its end are ignored. */
  decode(): void
  getFrameInfo(): {
    readonly width: number
    readonly height: number
    readonly bitsPerSample: number
    readonly componentCount: number
  }
  /** A view of the samples on the heap: copy it before the next call. */
  getDecodedBuffer(): Uint8Array
  delete(): void
}

export interface LibJxl {
  readonly JpegXLDecoder: new () => JpegXlDecoder
  readonly HEAPU8: Uint8Array
  getExceptionMessage(exception: number): unknown
}

export interface LibJxlHooks {
  print(text: string): void
  printErr(text: string): void
  instantiateWasm(imports: object, receive: (instance: object) => void): object
}

export type CreateLibJxl = (hooks: LibJxlHooks) => Promise<LibJxl>

export async function loadLibJxl(): Promise<CreateLibJxl> {
  return (await import(builtFile('jpeg-xl/jpegxlwasm_decode.js').href)).default
}
