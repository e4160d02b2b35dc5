/** Types of the parts that are used of packages that ship none, or incomplete ones. */

declare module 'daikon' {
  interface Tag {
    readonly vr: string
    readonly value: unknown
  }
  interface Image {
    readonly tags: Readonly<Record<string, Tag | undefined>>
  }
  interface Parser {
    readonly error: unknown
    /** Swallows every error into `error`; reads `data.buffer` from its first byte whatever `byteOffset` says. */
    parse(data: DataView): Image | null
  }
  const daikon: {
    readonly Parser: new () => Parser
    readonly Dictionary: { getVR(group: number, element: number): string }
  }
  // biome-ignore lint/style/noDefaultExport: daikon is a CommonJS module
  export default daikon
}

declare module 'dicom-parser' {
  /** The package exports the class, and declares the interface alone. */
  export const DataSet: new (
    byteArrayParser: ByteArrayParser,
    byteArray: Uint8Array,
    elements: Record<string, Element>,
  ) => DataSet
}
