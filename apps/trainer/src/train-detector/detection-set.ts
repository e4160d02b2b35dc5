/** Images with a box each, in YOLO's layout: images/<subset>/<name>.png and labels/<subset>/<name>.txt. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shrink } from '@mammokit/roi-detector'
import sharp from 'sharp'
import { TrainerError } from '../trainer-error.ts'

/** A gray image and its largest box in pixels; no box where the label file is missing or empty. */
export interface DetectionSample {
  readonly name: string
  readonly image: { readonly data: Uint16Array; readonly width: number; readonly height: number }
  readonly box?: PixelBox
}

export interface PixelBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * Reads a subset, shrunk by whole factors towards the detector's input as roi-detector does before it detects.
 *
 * @throws TrainerError where the folder has no images, or a label line is not `class x y width height` of 0 to 1
 */
export async function readDetectionSet(
  folder: string,
  subset: 'train' | 'val',
  imageSize: number,
): Promise<DetectionSample[]> {
  const images = join(folder, 'images', subset)
  const names = (await readdir(images).catch(() => [])).filter((name) => name.endsWith('.png')).sort()
  if (names.length === 0) {
    throw new TrainerError('input-missing', `Expected PNG images in ${images} but received none. Check --images.`)
  }
  return Promise.all(
    names.map(async (file) => {
      const name = file.slice(0, -'.png'.length)
      const image = shrinkTowards(await readGray(join(images, file)), imageSize)
      const label = join(folder, 'labels', subset, `${name}.txt`)
      const box = largestBox(await readFile(label, 'utf8').catch(() => ''), image, label)
      return { name, image, ...(box && { box }) }
    }),
  )
}

function shrinkTowards(image: DetectionSample['image'], imageSize: number): DetectionSample['image'] {
  return shrink(image, Math.max(1, Math.floor(Math.max(image.width, image.height) / imageSize)))
}

async function readGray(path: string): Promise<DetectionSample['image']> {
  const file = sharp(path)
  const isWide = (await file.metadata()).depth === 'ushort'
  const { data, info } = await file
    .toColourspace(isWide ? 'grey16' : 'b-w')
    .raw(isWide ? { depth: 'ushort' } : {})
    .toBuffer({ resolveWithObject: true })
  const values = isWide
    ? new Uint16Array(data.buffer, data.byteOffset, info.width * info.height).slice()
    : Uint16Array.from(data, (value) => value * 257)
  return { data: values, width: info.width, height: info.height }
}

function largestBox(text: string, image: { width: number; height: number }, path: string): PixelBox | undefined {
  const boxes = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, x, y, width, height, ...rest] = line.trim().split(/\s+/).map(Number)
      if (rest.length > 0 || ![x, y, width, height].every((value) => value >= 0 && value <= 1)) {
        throw new TrainerError(
          'input-invalid',
          `Expected 'class x y width height' of 0 to 1 in ${path} but received '${line}'. Labels are in YOLO's format.`,
        )
      }
      return {
        x: (x - width / 2) * image.width,
        y: (y - height / 2) * image.height,
        width: width * image.width,
        height: height * image.height,
      }
    })
  return boxes.sort((a, b) => b.width * b.height - a.width * a.height)[0]
}
