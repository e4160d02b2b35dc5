import { Yolov5Error } from './yolov5-error.ts'

/** Widths and heights of the anchors of each head in pixels of the input: [head][width, height, width, height, ...]. */
export type Anchors = readonly (readonly number[])[]

/** Pixels of the input for one cell of each head. */
export const strides = [8, 16, 32] as const

/** Shape of the network, in the terms of YOLOv5's model files. */
export interface Yolov5Config {
  /** Scales all channels, 64 to 1024; results are rounded up to multiples of 8. @default 0.25 */
  readonly widthMultiple: number
  /** Scales the repeats of the bottlenecks, 3 to 9. @default 0.33 */
  readonly depthMultiple: number
  /** Channels of the image. @default 1 */
  readonly inChannels: number
  /** @default 1 */
  readonly numClasses: number
  /** As many for each head. @default those of the published COCO models */
  readonly anchors: Anchors
}

/** YOLOv5 nano for one channel and one class. */
export const yolov5n: Yolov5Config = {
  widthMultiple: 0.25,
  depthMultiple: 0.33,
  inChannels: 1,
  numClasses: 1,
  anchors: [
    [10, 13, 16, 30, 33, 23],
    [30, 61, 62, 45, 59, 119],
    [116, 90, 156, 198, 373, 326],
  ],
}

export function resolveConfig(given: Partial<Yolov5Config>): Yolov5Config {
  for (const key of Object.keys(given)) {
    if (!(key in yolov5n)) fail(key, `one of ${Object.keys(yolov5n).join(', ')}`, key, 'Correct the name.')
  }
  const config = { ...yolov5n, ...given }
  for (const key of ['widthMultiple', 'depthMultiple'] as const) {
    if (!(config[key] > 0 && config[key] <= 4)) fail(key, 'a number above 0, at most 4', config[key], 'Nano is 0.25.')
  }
  for (const key of ['inChannels', 'numClasses'] as const) {
    if (!Number.isSafeInteger(config[key]) || config[key] < 1) fail(key, 'a whole number >= 1', config[key], 'Try 1.')
  }
  const { anchors } = config
  const isAnchors =
    Array.isArray(anchors) &&
    anchors.length === strides.length &&
    anchors.every((head) => head.length >= 2 && head.length % 2 === 0 && head.length === anchors[0].length) &&
    anchors.flat().every((size) => size > 0)
  if (!isAnchors) fail('anchors', 'widths and heights > 0 for three heads', anchors, 'Give as many for each head.')
  return config
}

/** Anchors of a head. */
export function anchorsPerCell({ anchors }: Pick<Yolov5Config, 'anchors'>): number {
  return anchors[0].length / 2
}

function fail(key: string, expected: string, received: unknown, advice: string): never {
  const shown = JSON.stringify(received) ?? String(received)
  throw new Yolov5Error('invalid-config', `Expected ${expected} for ${key} but received ${shown}. ${advice}`, {
    key,
    expected,
    received,
  })
}
