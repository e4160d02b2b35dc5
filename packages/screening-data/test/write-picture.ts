import { writeDicom } from '@mammokit/dicom-io'

/** A DICOM file with these pixels, row by row; all other pixels are 0. */
export function writePicture(
  [width, height]: readonly [number, number],
  bits: 8 | 16 = 8,
  pixels: Readonly<Record<string, number>> = {},
): Uint8Array {
  const data = new Uint8Array((width * height * bits) / 8)
  for (const [place, value] of Object.entries(pixels)) {
    const [x, y] = place.split(',').map(Number) as [number, number]
    const at = ((y * width + x) * bits) / 8
    data[at] = value & 0xff
    if (bits === 16) data[at + 1] = value >> 8
  }
  const short = (tag: string, value: number) => ({ tag, vr: 'US', value }) as const
  return writeDicom([
    { tag: '00080016', vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.7' },
    { tag: '00080018', vr: 'UI', value: '2.25.1' },
    { tag: '00080060', vr: 'CS', value: 'MG' },
    { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
    short('00280002', 1),
    short('00280010', height),
    short('00280011', width),
    short('00280100', bits),
    short('00280101', bits),
    short('00280102', bits - 1),
    short('00280103', 0),
    { tag: '7FE00010', vr: 'OW', value: data },
  ])
}

/** Pixels of a rectangle with a corner cut off, all of one value: a mask's. */
export function maskPixels(x: number, y: number, width: number, height: number, value = 255): Record<string, number> {
  const pixels: Record<string, number> = {}
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) if (row + column > 0) pixels[`${x + column},${y + row}`] = value
  }
  return pixels
}
