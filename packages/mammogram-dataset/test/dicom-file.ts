/** Small DICOM files, written here: explicit VR little endian (PS3.5 7.1, PS3.10 7.1). */

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

/** An uncompressed mammogram, 16 bits allocated: a half-ellipse of textured tissue at the left edge for 'L', at the right for 'R', 12 bits stored. */
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

/** Colours whose JPEG decoder takes minutes: scans without data (ITU-T T.81 Annex B), each as dear as the image of 4000 x 4000. */
export function slowDicomFile(): Uint8Array {
  const segment = (marker: number, body: readonly number[]) => [0xff, marker, 0, body.length + 2, ...body]
  const side = [4000 >> 8, 4000 & 255]
  const codestream = [
    ...[0xff, 0xd8],
    ...segment(0xdb, [0, ...Array(64).fill(1)]),
    ...segment(0xc0, [8, ...side, ...side, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]),
    ...segment(0xc4, [0, 1, ...Array(15).fill(0), 0]),
    ...segment(0xc4, [0x10, 1, ...Array(15).fill(0), 0]),
    ...Array.from({ length: 100_000 }, (_, scan) => segment(0xda, [1, 1 + (scan % 3), 0, 0, 63, 0])).flat(),
    ...[0xff, 0xd9],
  ]
  const item = (number: number, bytes: readonly number[]) => {
    const head = Buffer.from(Uint16Array.of(0xfffe, number, bytes.length & 0xffff, bytes.length >> 16).buffer)
    return Buffer.concat([head, Buffer.from(bytes)])
  }
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(0x0002, 0x0010, 'UI', '1.2.840.10008.1.2.4.50'),
    element(0x0028, 0x0002, 'US', Uint16Array.of(3)),
    element(0x0028, 0x0004, 'CS', 'YBR_FULL'),
    element(0x0028, 0x0006, 'US', Uint16Array.of(0)),
    element(0x0028, 0x0010, 'US', Uint16Array.of(4000)),
    element(0x0028, 0x0011, 'US', Uint16Array.of(4000)),
    element(0x0028, 0x0100, 'US', Uint16Array.of(8)),
    element(0x0028, 0x0101, 'US', Uint16Array.of(8)),
    element(0x0028, 0x0102, 'US', Uint16Array.of(7)),
    element(0x0028, 0x0103, 'US', Uint16Array.of(0)),
    Buffer.from([0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, 0xff, 0xff, 0xff, 0xff]),
    item(0xe000, []),
    item(0xe000, codestream),
    item(0xe0dd, []),
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
