/** Images with a box each, in YOLO's layout: images/<subset>/<name>.png and labels/<subset>/<name>.txt. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { explainFileError } from '@mammokit/atomic-files'
import sharp from 'sharp'
import { DatasetError } from '../dataset-error.ts'

/** A gray image and its largest box in pixels; no box where the label file is missing or empty. */
export interface DetectionSample {
  readonly name: string
  readonly image: DetectionImage
  readonly box?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

type DetectionImage = { readonly data: Uint16Array; readonly width: number; readonly height: number }

/**
 * Reads a subset of images (8 or 16 bit, gray 0 to 65535 afterwards) and their boxes.
 *
 * @param prepare makes each image smaller, or leaves it as it is; its box is that of what it returns
 * @throws DatasetError `input-not-found` where the folder has no images, or not one of them a label file, or not one image to train with a
 * box; `invalid-label` where a label line is not `class x y width height` of 0 to 1; `image-unreadable` where an image is damaged
 * @throws FileError of atomic-files, `cannot-read`, where the system refuses a folder or a label file that is there
 * @example
 * (await readDetectionSet('data/detector', 'train'))[0].box // { x: 12, y: 30, width: 96, height: 210 }
 */
export async function readDetectionSet(
  folder: string,
  subset: 'train' | 'val',
  prepare: (image: DetectionImage) => DetectionImage = (image) => image,
): Promise<DetectionSample[]> {
  const images = join(folder, 'images', subset)
  const labels = join(folder, 'labels', subset)
  const names = ((await orAbsent(images, readdir(images))) ?? []).filter((name) => name.endsWith('.png')).sort()
  if (names.length === 0) {
    const message = `Expected PNG images in ${images} but received none. Name the folder that holds images/ and labels/.`
    throw new DatasetError('input-not-found', message, { folder: images })
  }
  let labelFiles = 0
  const samples = await Promise.all(
    names.map(async (file): Promise<DetectionSample> => {
      const name = file.slice(0, -'.png'.length)
      const image = prepare(await readGray(join(images, file)))
      const label = join(labels, `${name}.txt`)
      const text = await orAbsent(label, readFile(label, 'utf8'))
      if (text !== undefined) labelFiles++
      const box = largestBox(text ?? '', image, label)
      return { name, image, ...(box && { box }) }
    }),
  )
  if (labelFiles === 0) {
    const message = `Expected label files in ${labels} but received none for ${names.length} images. Name each as its image, ${names[0]!.slice(0, -'.png'.length)}.txt; an empty one says that there is no breast.`
    throw new DatasetError('input-not-found', message, { folder: labels })
  }
  if (subset === 'train' && !samples.some(({ box }) => box)) {
    const message = `Expected a box in at least one label file of ${labels} but received only empty ones. Write a line 'class x y width height' for each breast.`
    throw new DatasetError('input-not-found', message, { folder: labels })
  }
  return samples
}

/** What is read, undefined where nothing is at that path. */
async function orAbsent<T>(path: string, reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw explainFileError('cannot-read', path, error)
  }
}

async function readGray(path: string): Promise<DetectionImage> {
  try {
    const isWide = (await sharp(path).metadata()).depth === 'ushort'
    const { data, info } = await sharp(path)
      .removeAlpha()
      .toColourspace(isWide ? 'grey16' : 'b-w')
      .extractChannel(0)
      .raw(isWide ? { depth: 'ushort' } : {})
      .toBuffer({ resolveWithObject: true })
    const values = isWide
      ? new Uint16Array(data.buffer, data.byteOffset, info.width * info.height).slice()
      : Uint16Array.from(data, (value) => value * 257)
    return { data: values, width: info.width, height: info.height }
  } catch (error) {
    const reason = (error as Error).message.split('\n', 1)[0]!
    throw new DatasetError(
      'image-unreadable',
      `Expected a whole PNG image of one gray channel in ${path} but received: ${reason}. Export it again.`,
      { path, reason },
    )
  }
}

function largestBox(text: string, image: { width: number; height: number }, path: string): DetectionSample['box'] {
  const boxes = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, x, y, width, height, ...rest] = line.trim().split(/\s+/).map(Number)
      if (rest.length > 0 || ![x, y, width, height].every((value) => value >= 0 && value <= 1)) {
        throw new DatasetError(
          'invalid-label',
          `Expected 'class x y width height' of 0 to 1 in ${path} but received '${line}'. Labels are in YOLO's format.`,
          { path, line },
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
