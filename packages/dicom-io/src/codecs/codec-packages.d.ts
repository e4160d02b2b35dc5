/** Types of the WebAssembly codecs, which ship none. Only what is used, as it behaves. */

interface CodecHooks {
  /** Text that the library would write to the terminal goes to these. */
  print(text: string): void
  printErr(text: string): void
  /** Instead of the package's own WebAssembly file. */
  readonly wasmBinary: Uint8Array
}

/** A C++ object on the WebAssembly heap: call `delete` when done. */
interface CodecDecoder {
  /** Reserves room for the codestream and returns a view of it. */
  getEncodedBuffer(size: number): Uint8Array
  /** A view of the samples on the heap: copy it before the next call. */
  getDecodedBuffer(): Uint8Array | Uint8ClampedArray
  decode(): void
  delete(): void
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  export interface FrameInfo {
    /** Size of the full image, whatever resolution was decoded; 0 after a failure. */
    readonly width: number
    readonly height: number
  }
  export interface J2KDecoder extends CodecDecoder {
    decodeSubResolution(resolutionLevel: number, layer: number): void
    getFrameInfo(): FrameInfo
    calculateSizeAtDecompositionLevel(level: number): { readonly width: number; readonly height: number }
  }
  export interface OpenJpeg {
    readonly J2KDecoder: new () => J2KDecoder
    readonly HEAPU8: Uint8Array
  }
  function createOpenJpeg(hooks: CodecHooks): Promise<OpenJpeg>
  // biome-ignore lint/style/noDefaultExport: the package is a CommonJS module
  export default createOpenJpeg
}

declare module '@cornerstonejs/codec-openjph/wasmjs' {
  export interface HTJ2KDecoder extends CodecDecoder {
    decodeSubResolution(resolutionLevel: number): void
    calculateSizeAtDecompositionLevel(level: number): { readonly width: number; readonly height: number }
    /** Empty where all went well. A truncated codestream leaves none. */
    getLastErrorMessage(): string
  }
  export interface OpenJph {
    readonly HTJ2KDecoder: new () => HTJ2KDecoder
    readonly HEAPU8: Uint8Array
    getExceptionMessage?(exception: number): unknown
  }
  function createOpenJph(hooks: CodecHooks): Promise<OpenJph>
  // biome-ignore lint/style/noDefaultExport: the package is a CommonJS module
  export default createOpenJph
}

declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  export interface JpegLSDecoder extends CodecDecoder {
    /** Throws a number; may never end on a codestream that does not end in EOI. */
    decode(): void
    /** 0 plane by plane, 1 by lines, 2 by samples; in both latter cases the samples come out pixel by pixel. */
    getInterleaveMode(): number
  }
  export interface CharLs {
    readonly JpegLSDecoder: new () => JpegLSDecoder
    readonly HEAPU8: Uint8Array
    getExceptionMessage(exception: number): unknown
  }
  function createCharLs(hooks: CodecHooks): Promise<CharLs>
  // biome-ignore lint/style/noDefaultExport: the package is a CommonJS module
  export default createCharLs
}

declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  export interface LibJpegTurbo {
    readonly JPEGDecoder: new () => CodecDecoder
    readonly HEAPU8: Uint8Array
    getExceptionMessage?(exception: number): unknown
  }
  function createLibJpegTurbo(hooks: CodecHooks): Promise<LibJpegTurbo>
  // biome-ignore lint/style/noDefaultExport: the package is a CommonJS module
  export default createLibJpegTurbo
}

/** What Node has and its types lack. */
declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer
    /** Adds pages of 65,536 bytes; throws where that is more than the module declared. */
    grow(pages: number): number
  }
  interface Module {
    readonly compiled: unique symbol
  }
  function compile(bytes: Uint8Array): Promise<Module>
  function instantiate(module: Module, imports: object): Promise<object>
  function instantiate(module: Uint8Array): Promise<{ readonly instance: { readonly exports: unknown } }>
}
