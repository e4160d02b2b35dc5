/** Types of the WebAssembly codecs, which ship none. Only what is used, as it behaves. */

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  export interface FrameInfo {
    /** Size of the full image, whatever resolution was decoded; 0 after a failure. */
    readonly width: number
    readonly height: number
    readonly bitsPerSample: number
    readonly componentCount: number
    readonly isSigned: boolean
  }
  /** A C++ object on the WebAssembly heap: call `delete` when done. */
  export interface J2KDecoder {
    /** Reserves room for the codestream and returns a view of it. */
    getEncodedBuffer(size: number): Uint8Array
    /** A view of the samples on the heap: copy it before the next call. */
    getDecodedBuffer(): Uint8Array
    decode(): void
    decodeSubResolution(resolutionLevel: number, layer: number): void
    getFrameInfo(): FrameInfo
    getNumDecompositions(): number
    calculateSizeAtDecompositionLevel(level: number): { readonly width: number; readonly height: number }
    delete(): void
  }
  export interface OpenJpeg {
    readonly J2KDecoder: new () => J2KDecoder
    readonly HEAPU8: Uint8Array
  }
  /** Text that the library would write to the terminal goes to these. */
  export interface Hooks {
    print(text: string): void
    printErr(text: string): void
  }
  function createOpenJpeg(hooks: Hooks): Promise<OpenJpeg>
  // biome-ignore lint/style/noDefaultExport: the package is a CommonJS module
  export default createOpenJpeg
}
