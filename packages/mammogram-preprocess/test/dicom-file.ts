/** Small DICOM files. */
import { slowJpeg2000 } from '../../dicom-io/test/bomb-jpeg-2000.ts'
import { buildDicom, type Elements, imageElements, samplesToBytes } from '../../dicom-io/test/build-dicom.ts'

export interface DicomFileOptions {
  readonly width?: number
  readonly height?: number
  readonly patientId?: string
  readonly sopInstanceUid?: string
  readonly laterality?: 'L' | 'R'
  readonly seed?: number
  /** More elements, as those of `buildDicom`. */
  readonly elements?: Elements
  /** Every pixel the same. */
  readonly constant?: boolean
}

const twelveBits = { '00280101 US': [12], '00280102 US': [11] }

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
  const elements = imageElements(height, width, {
    ...twelveBits,
    '00080018 UI': options.sopInstanceUid ?? `1.2.3.${seed}`,
    '00080060 CS': 'MG',
    '00080068 CS': 'FOR PRESENTATION',
    '00100020 LO': options.patientId ?? 'P1',
    '00185101 CS': 'CC',
    '00200062 CS': laterality,
    ...options.elements,
  })
  return buildDicom(elements, { pixelData: samplesToBytes(pixels) })
}

/** A frame that takes its decoder half a minute. */
export function slowDicomFile(): Uint8Array {
  const pixelData = [slowJpeg2000(8000, 'irreversible')]
  return buildDicom(imageElements(8000, 8000, { ...twelveBits, '00080060 CS': 'MG' }), {
    transferSyntaxUid: '1.2.840.10008.1.2.4.91',
    pixelData,
  })
}
