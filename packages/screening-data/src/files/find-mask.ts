/** Masks: DICOM images of two values whose nonzero pixels are a finding, and the box about them. */
import { basename } from 'node:path'
import { type DicomImage, readDicom } from '@mammokit/dicom-io'
import type { Lesion } from '../data-set/data-set-image.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** `missing`: no file is a mask; `size`: it is not as large as its image; `empty`: it has no pixel above 0; `unreadable`: no file of this size can be read. */
export type MaskFault = 'missing' | 'size' | 'empty' | 'unreadable'

export interface FoundMask {
  /** In pixels of the image. */
  readonly box?: Lesion
  readonly fault?: MaskFault
  /** What is wrong, in a few words. */
  readonly message?: string
}

/**
 * The box of the mask among some files, which is told from a cropped picture by its size, that of the image, and by its two values: their
 * names say nothing.
 *
 * @param files paths of DICOM files
 * @param image size of the image that the mask is of
 */
export async function findMask(files: readonly string[], image: Size): Promise<FoundMask> {
  const faults: FoundMask[] = []
  const unreadable = (file: string, error: unknown) =>
    faults.push({ fault: 'unreadable', message: `${basename(file)}: ${(error as Error).message}` })
  const pictures: { readonly file: string; readonly picture: DicomImage }[] = []
  for (const file of files) {
    try {
      pictures.push({ file, picture: await readDicom(file) })
    } catch (error) {
      unreadable(file, error)
    }
  }
  const isMisfit = ({ header: { columns, rows } }: DicomImage) =>
    Number(columns !== image.width || rows !== image.height)
  pictures.sort((a, b) => isMisfit(a.picture) - isMisfit(b.picture))
  for (const { file, picture } of pictures) {
    try {
      const found = await maskIn(picture, image)
      if (found?.box) return found
      if (found) faults.push(found)
    } catch (error) {
      unreadable(file, error)
    }
  }
  const kinds = ['empty', 'size', 'unreadable']
  const [gravest] = faults.sort((a, b) => kinds.indexOf(a.fault!) - kinds.indexOf(b.fault!))
  return gravest ?? { fault: 'missing', message: 'no file is a mask' }
}

/** Undefined where the file is another picture. */
async function maskIn(picture: DicomImage, image: Size): Promise<FoundMask | undefined> {
  const frame = await picture.decodeFrame()
  const mask = frame.channels === 1 ? boxOfMask(frame) : undefined
  if (mask === undefined) return undefined
  const { width, height } = frame
  if (width !== image.width || height !== image.height) {
    return {
      fault: 'size',
      message: `the mask has ${width}x${height} pixels, the image ${image.width}x${image.height}`,
    }
  }
  return mask.box ? { box: mask.box } : { fault: 'empty', message: 'the mask has no pixel above 0' }
}

/**
 * The box about the nonzero pixels, none where there are none; undefined for a picture of more than two values.
 *
 * @example
 * boxOfMask({ width: 3, height: 2, data: [0, 255, 255, 0, 0, 0] }) // { box: { x: 1, y: 0, width: 2, height: 1 } }
 */
export function boxOfMask({
  data,
  width,
  height,
}: Size & { readonly data: ArrayLike<number> }): { readonly box?: Lesion } | undefined {
  let value = 0
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const pixel = data[at]!
      if (pixel === 0) continue
      if (pixel !== value && value !== 0) return undefined
      value = pixel
      if (x < left) left = x
      if (x > right) right = x
      if (top > y) top = y
      bottom = y
    }
  }
  return bottom < 0 ? {} : { box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 } }
}
