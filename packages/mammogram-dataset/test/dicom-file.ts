/** Small uncompressed DICOM mammograms, written here: explicit VR little endian, 16 bit allocated (PS3.5 7.1, PS3.10 7.1). */

export interface DicomFileOptions {
  readonly width?: number
  readonly height?: number
  readonly patientId?: string
  readonly sopInstanceUid?: string
  readonly laterality?: 'L' | 'R'
  readonly seed?: number
  /** Every pixel the same. */
  readonly constant?: boolean
}

/** A half-ellipse of textured tissue at the left edge for 'L', at the right for 'R', 12 bits stored. */
export function dicomFile(options: DicomFileOptions = {}): Uint8Array {
  const { width = 96, height = 128, laterality = 'L', seed = 1 } = options
  const pixels = new Uint16Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = laterality === 'L' ? x : width - 1 - x
      const inside = (u / (0.6 * width)) ** 2 + ((y - 0.5 * height) / (0.4 * height)) ** 2 < 1
      const texture = 600 * Math.sin((x * seed) / 7) * Math.cos(y / (3 + seed))
      pixels[y * width + x] = options.constant ? 7 : inside ? 2000 + texture : ((x * 31 + y * 17 + seed) % 13) + 20
    }
  }
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(0x0002, 0x0010, 'UI', '1.2.840.10008.1.2.1\0'),
    element(0x0008, 0x0018, 'UI', even(options.sopInstanceUid ?? `1.2.3.${seed}`, '\0')),
    element(0x0008, 0x0060, 'CS', 'MG'),
    element(0x0010, 0x0020, 'LO', even(options.patientId ?? 'P1', ' ')),
    element(0x0018, 0x5101, 'CS', 'CC'),
    element(0x0020, 0x0062, 'CS', `${laterality} `),
    element(0x0028, 0x0002, 'US', Uint16Array.of(1)),
    element(0x0028, 0x0004, 'CS', 'MONOCHROME2 '),
    element(0x0028, 0x0010, 'US', Uint16Array.of(height)),
    element(0x0028, 0x0011, 'US', Uint16Array.of(width)),
    element(0x0028, 0x0100, 'US', Uint16Array.of(16)),
    element(0x0028, 0x0101, 'US', Uint16Array.of(12)),
    element(0x0028, 0x0102, 'US', Uint16Array.of(11)),
    element(0x0028, 0x0103, 'US', Uint16Array.of(0)),
    element(0x7fe0, 0x0010, 'OW', pixels),
  ])
}

function element(group: number, number: number, vr: string, value: string | Uint16Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.buffer)
  const isLong = vr === 'OW'
  const head = Buffer.alloc(isLong ? 12 : 8)
  head.writeUInt16LE(group, 0)
  head.writeUInt16LE(number, 2)
  head.write(vr, 4, 'latin1')
  if (isLong) head.writeUInt32LE(bytes.length, 8)
  else head.writeUInt16LE(bytes.length, 6)
  return Buffer.concat([head, bytes])
}

const even = (text: string, pad: string) => (text.length % 2 ? text + pad : text)
