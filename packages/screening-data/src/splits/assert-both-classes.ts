import type { Subset } from '@mammokit/data-split'
import { ScreeningDataError } from '../screening-data-error.ts'

/** Counts of a subset's images by their label. */
export interface ClassCounts {
  readonly subset: Subset
  readonly images: number
  /** Images with cancer. */
  readonly positives: number
}

/**
 * Says what a subset lacks: `val has no image with cancer`; undefined where it has images of both kinds, or none at all.
 *
 * @example
 * describeMissingClass({ subset: 'val', images: 40, positives: 0 }) // 'val has no image with cancer'
 */
export function describeMissingClass({ subset, images, positives }: ClassCounts): string | undefined {
  if (images === 0 || (positives > 0 && positives < images)) return undefined
  return `${subset} has no image ${positives === 0 ? 'with' : 'without'} cancer`
}

/**
 * Throws unless a subset has images with and without cancer.
 *
 * @param advice what to do, as a sentence
 * @throws ScreeningDataError `one-class`
 * @example
 * assertBothClasses({ subset: 'train', images: 240, positives: 12 }, 'Add images with cancer.') // returns nothing
 */
export function assertBothClasses(counts: ClassCounts, advice: string): void {
  if (counts.images > 0 && describeMissingClass(counts) === undefined) return
  const { subset, images, positives } = counts
  throw new ScreeningDataError(
    'one-class',
    `Expected images with and without cancer in ${subset} but received ${positives} with and ${images - positives} without. ${advice}`,
    { subset, images, positives },
  )
}
