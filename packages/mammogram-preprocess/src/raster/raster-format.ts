/** Formats by their first bytes; a file's name says nothing. */

export type RasterFormat = 'png' | 'jpeg' | 'tiff' | 'pgm'

const signatures: readonly [RasterFormat, string][] = [
  ['png', '\x89PNG\r\n\x1a\n'],
  ['jpeg', '\xff\xd8\xff'],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  // BigTIFF
  ['tiff', 'II+\0'],
  ['tiff', 'MM\0+'],
]

/**
 * The format of a file; of one that is DICOM too, such as a TIFF in DICOM's preamble (PS3.10 7.1), undefined.
 *
 * @param start the first bytes of a file; undefined where it is none of these formats
 */
export function rasterFormatOf(start: Uint8Array): RasterFormat | undefined {
  if (String.fromCharCode(...start.subarray(128, 132)) === 'DICM') return undefined
  const text = String.fromCharCode(...start.subarray(0, 8))
  if (/^P[25][\s#]/.test(text)) return 'pgm'
  return signatures.find(([, signature]) => text.startsWith(signature))?.[0]
}

/** gAMA of a PNG (PNG 11.3.2.2): 0.45455 of common displays where it is absent. */
export function pngGamma(start: Uint8Array): number {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  for (let at = 8; at + 12 <= start.length; ) {
    const length = view.getUint32(at)
    const type = String.fromCharCode(...start.subarray(at + 4, at + 8))
    if (type === 'gAMA' && length === 4) return view.getUint32(at + 8) / 100_000
    if (type === 'IDAT') break
    at += 12 + length
  }
  return 0.45455
}
