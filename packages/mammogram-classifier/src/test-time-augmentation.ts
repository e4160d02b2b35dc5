/** Test-time augmentation: the mean of what a network says of an image and of changed pictures of it. */
import type { Augmentations } from '@mammokit/training-run/schema'
import type { ViewOutput } from './breast/fuse-views.ts'
import type { Classifier, ClassifierConfig } from './classifier.ts'

/** A window of an image that becomes the whole picture, in shares of height and width; parts outside are black. */
export interface Picture {
  readonly isMirrored?: boolean
  readonly top: number
  readonly left: number
  readonly size: number
}

/** How much smaller or larger a window is than the image. */
const margin = 0.1

const pictures: Readonly<Record<Augmentations[number], readonly Picture[]>> = {
  flip: [{ isMirrored: true, top: 0, left: 0, size: 1 }],
  scale: [
    { top: margin / 2, left: margin / 2, size: 1 - margin },
    { top: -margin / 2, left: -margin / 2, size: 1 + margin },
  ],
  crop: [0, margin].flatMap((top) => [0, margin].map((left) => ({ top, left, size: 1 - margin }))),
}

/** The changed pictures of an image, without the image itself. */
export function picturesOf(augmentations: Augmentations): Picture[] {
  return augmentations.flatMap((name) => pictures[name])
}

/** How many pictures of an image a network sees: itself and those of the augmentations. */
export function passesOf(augmentations: Augmentations): number {
  return 1 + picturesOf(augmentations).length
}

/**
 * A classifier whose output for an image is the mean over the image and its pictures: its mirror image (`flip`), 10 % larger and smaller
 * (`scale`), and its four corners of 90 % of height and width, enlarged (`crop`).
 *
 * @example
 * await withAugmentations(classifier, config.image, ['flip', 'scale']).views(images, 4) // each the mean of four passes
 */
export function withAugmentations(
  classifier: Pick<Classifier, 'views' | 'fusion'>,
  image: ClassifierConfig['image'],
  augmentations: Augmentations,
): Pick<Classifier, 'views' | 'fusion'> {
  const changed = picturesOf(augmentations)
  if (changed.length === 0) return classifier
  return {
    fusion: classifier.fusion,
    async views(images, count) {
      const sums = (await classifier.views(images, count)).map(({ logit, score }) => ({ logit, score }))
      for (const picture of changed) {
        const outputs = await classifier.views(changeBatch(images, count, image, picture), count)
        for (const [i, { logit, score }] of outputs.entries()) {
          sums[i]!.logit += logit
          sums[i]!.score += score
        }
      }
      const passes = changed.length + 1
      return sums.map(({ logit, score }): ViewOutput => ({ logit: logit / passes, score: score / passes }))
    },
  }
}

/** The picture of the first `count` images of a normalized batch float32 [N, height, width, 1], bilinear between the centers of pixels. */
export function changeBatch(
  images: Float32Array,
  count: number,
  { height, width, mean, std }: ClassifierConfig['image'],
  { isMirrored = false, top, left, size }: Picture,
): Float32Array<ArrayBuffer> {
  const changed = new Float32Array(images.length)
  const black = -mean / std
  const rows = positions(height, top, size, false)
  const columns = positions(width, left, size, isMirrored)
  for (let image = 0; image < count; image++) {
    const first = image * height * width
    const at = (y: number, x: number) =>
      y < 0 || y >= height || x < 0 || x >= width ? black : images[first + y * width + x]!
    for (let y = 0, i = first; y < height; y++) {
      const [above, down] = [rows.pixels[y]!, rows.shares[y]!]
      for (let x = 0; x < width; x++, i++) {
        const [before, right] = [columns.pixels[x]!, columns.shares[x]!]
        const upper = at(above, before) * (1 - right) + at(above, before + 1) * right
        const lower = at(above + 1, before) * (1 - right) + at(above + 1, before + 1) * right
        changed[i] = upper * (1 - down) + lower * down
      }
    }
  }
  return changed
}

/** For each pixel along a side of the picture the pixel of the image before it, and the share of the next one. */
export function positions(length: number, start: number, size: number, isMirrored: boolean) {
  const pixels = new Int32Array(length)
  const shares = new Float64Array(length)
  for (let i = 0; i < length; i++) {
    const center = ((isMirrored ? length - 1 - i : i) + 0.5) * size + start * length - 0.5
    // A window that ends with the image reads its last pixel, and none beyond.
    const inside = size <= 1 ? Math.min(Math.max(center, 0), length - 1) : center
    pixels[i] = Math.floor(inside)
    shares[i] = inside - pixels[i]!
  }
  return { pixels, shares }
}
