/** Types of the parts of daikon that the benchmark uses; the package ships none. */
declare module 'daikon' {
  interface BenchImage {
    decompress(): void
    getPixelDataBytes(): { readonly byteLength: number } | null
  }
  const daikon: { readonly Series: { parseImage(data: DataView): BenchImage } }
  // biome-ignore lint/style/noDefaultExport: daikon is a CommonJS module
  export default daikon
}
