/** What a step of training sees: a pure function of the seed and the step, whatever was drawn before. */

import { augmentDetection } from '@mammokit/augmentation'
import type { DetectionSample } from '@mammokit/mammogram-dataset'
import { fitInput } from '@mammokit/roi-detector'
import { createRandom } from '@mammokit/seeded-random'
import { type Anchors, assignTargets, type BoxLabel } from '@mammokit/yolov5'

export interface DetectorBatchOptions {
  readonly batchSize: number
  readonly imageSize: number
  readonly anchors: Anchors
  readonly seed: number
}

/** The kind of an image is the word before the first dash of its name: `phantom-0001`, `real-0001`. */
export function groupByKind(samples: readonly DetectionSample[]): Map<string, DetectionSample[]> {
  const groups = new Map<string, DetectionSample[]>()
  for (const sample of samples) {
    const kind = /^([a-z]+)-/i.exec(sample.name)?.[1] ?? 'all'
    groups.set(kind, [...(groups.get(kind) ?? []), sample])
  }
  return groups
}

export interface DetectorBatch {
  /** Images [N, size, size, 1] and the targets of each head. */
  readonly inputs: readonly Float32Array[]
  readonly imageIds: readonly string[]
}

/** The batches of the steps that are left, from the step `first` (counted from 0) on. */
export function* detectorBatches(
  groups: readonly (readonly DetectionSample[])[],
  options: DetectorBatchOptions & { readonly steps: number },
  first: number,
): Generator<DetectorBatch, void, undefined> {
  for (let step = first; step < options.steps; step++) yield makeDetectorBatch(groups, options, step)
}

/** Draws every kind of image equally often. */
function makeDetectorBatch(
  groups: readonly (readonly DetectionSample[])[],
  options: DetectorBatchOptions,
  step: number,
): DetectorBatch {
  const { batchSize, imageSize, anchors, seed } = options
  const random = createRandom(seed, 'detector', step)
  const images = new Float32Array(batchSize * imageSize * imageSize)
  const imageIds: string[] = []
  const labels = Array.from({ length: batchSize }, (_, i) => {
    const sample = random.pick(random.pick(groups))
    imageIds.push(sample.name)
    const { image, box } = augmentDetection(sample, random)
    const plane = images.subarray(i * imageSize * imageSize, (i + 1) * imageSize * imageSize)
    const input = { width: imageSize, height: imageSize, channels: 1 } as const
    const { scaleX, scaleY, padX, padY } = fitInput(image, input, 'letterbox', plane)
    if (!box) return []
    const label: BoxLabel = {
      centerX: (box.x + box.width / 2) * scaleX + padX,
      centerY: (box.y + box.height / 2) * scaleY + padY,
      width: box.width * scaleX,
      height: box.height * scaleY,
    }
    return [label]
  })
  const targets = assignTargets(labels, { height: imageSize, width: imageSize, anchors })
  return { inputs: [images, ...targets], imageIds }
}
