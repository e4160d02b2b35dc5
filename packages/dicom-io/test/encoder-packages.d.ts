/** The encoders of the codec packages, which ship no types; `encode-frames.ts` says what it uses of them. */

declare module '@cornerstonejs/codec-charls/wasmjs' {
  const createCharLs: unknown
  // biome-ignore lint/style/noDefaultExport: the package is a CommonJS module
  export default createCharLs
}

declare module '@cornerstonejs/codec-openjpeg/wasmjs' {
  const createOpenJpeg: unknown
  // biome-ignore lint/style/noDefaultExport: the package is a CommonJS module
  export default createOpenJpeg
}
