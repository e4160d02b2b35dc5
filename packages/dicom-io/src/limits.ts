/** Caps that are checked before memory is allocated, so that a hostile file cannot exhaust it. */
export const limits = {
  /** Bytes of a file that must be read whole, a deflated one. */
  fileBytes: 512 * 2 ** 20,
  /** Bytes before Pixel Data, inflated ones too. */
  headerBytes: 8 * 2 ** 20,
  /** Samples of one frame, all its colors counted. */
  frameSamples: 64 * 2 ** 20,
  /** Bytes of one compressed frame. */
  frameBytes: 512 * 2 ** 20,
  /** Bytes that the memory of a WebAssembly decoder may grow to. */
  decoderBytes: 1024 * 2 ** 20,
  /** Bytes of an inflated data set. */
  inflatedBytes: 512 * 2 ** 20,
  fragments: 65_536,
  frames: 65_536,
  /** Sequences within sequences. */
  sequenceDepth: 32,
  /** Data elements of a header, those inside sequences counted; as many items of sequences. */
  elements: 100_000,
} as const
