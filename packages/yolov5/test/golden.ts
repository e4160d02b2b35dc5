import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { BoxLabel, Yolov5Config } from '../src/index.ts'
import { hashed } from './hashed-weights.ts'

interface Probe {
  readonly norm: number
  readonly projections: readonly number[]
}

interface Golden {
  readonly config: Yolov5Config
  readonly images: readonly [count: number, height: number, width: number]
  readonly parameters: Record<string, number[]>
  /** Of each image: center x and y, width, height, class. */
  readonly labels: readonly (readonly number[])[][]
  /** Of each head: image, anchor, row, column, x, y, width, height, class. */
  readonly assigned: readonly (readonly number[])[][]
  readonly heads: readonly Probe[]
  readonly decoded: Probe
  readonly firstBoxes: readonly (readonly number[])[]
  readonly parts: Record<'box' | 'objectness' | 'class', number>
  readonly gradients: Record<string, Probe>
  readonly running: Record<string, Probe>
  readonly completeIou: Record<'a' | 'b' | 'gradient', number[][]> & { readonly value: number[] }
}

/** What PyTorch makes of hashed weights and images, see fixtures/README.md. */
export const golden: Golden = JSON.parse(readFileSync(new URL('./fixtures/yolov5.json', import.meta.url), 'utf8'))

export const goldenLabels: BoxLabel[][] = golden.labels.map((boxes) =>
  boxes.map(([centerX, centerY, width, height, classIndex]) => ({ centerX, centerY, width, height, classIndex })),
)

/** Expects values whose norm and projections differ by less than `tolerance` of the norm. */
export function expectProbe(values: ArrayLike<number>, name: string, { norm, projections }: Probe, tolerance: number) {
  const all = Float64Array.from(values)
  expect(Math.abs(Math.hypot(...all) - norm), name).toBeLessThanOrEqual(tolerance * norm)
  projections.forEach((projection, k) => {
    const vector = hashed(`${name}.probe${k}`, all.length)
    const ours = all.reduce((sum, value, i) => sum + value * (2 * vector[i] - 1), 0)
    expect(Math.abs(ours - projection), `${name} ${k}`).toBeLessThanOrEqual(tolerance * norm)
  })
}
