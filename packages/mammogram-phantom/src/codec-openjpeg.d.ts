/** The part of @cornerstonejs/codec-openjpeg that is used here; the package ships no types. */
declare module '@cornerstonejs/codec-openjpeg/wasmjs' {
  export interface FrameInfo {
    width: number
    height: number
    bitsPerSample: number
    componentCount: number
    isSigned: boolean
  }

  export interface J2KEncoder {
    getDecodedBuffer(frame: FrameInfo): Uint8Array
    getEncodedBuffer(): Uint8Array
    setQuality(lossless: boolean, quality: number): void
    setDecompositions(levels: number): void
    encode(): void
    delete(): void
  }

  export interface J2KDecoder {
    getEncodedBuffer(size: number): Uint8Array
    getDecodedBuffer(): Uint8Array
    getFrameInfo(): FrameInfo
    decode(): void
    delete(): void
  }

  export interface OpenJpeg {
    J2KEncoder: new () => J2KEncoder
    J2KDecoder: new () => J2KDecoder
  }

  // biome-ignore lint/style/noDefaultExport: that is the shape of the module.
  export default function create(module?: { print?: () => void; printErr?: () => void }): Promise<OpenJpeg>
}
