import { readFileSync } from 'node:fs'
import type {
  CosineWithWarmupOptions,
  CyclicLrOptions,
  OneCycleLrOptions,
  ReduceLrOnPlateauOptions,
} from '../src/index.ts'

interface Recorded<Options> {
  options: Options
  lr: number[]
  momentum: number[] | null
}

interface Golden {
  oneCycle: Recorded<OneCycleLrOptions>[]
  cyclic: Recorded<CyclicLrOptions>[]
  cosineWithWarmup: Recorded<CosineWithWarmupOptions>[]
  reduceLrOnPlateau: { initialLr: number; options: ReduceLrOnPlateauOptions; metrics: number[]; lr: number[] }[]
}

export const golden: Golden = JSON.parse(readFileSync(new URL('./fixtures/schedules.json', import.meta.url), 'utf8'))

/** A readable and unique title per recorded case. */
export function titled<Case extends { options: object }>(cases: Case[]): (Case & { title: string })[] {
  return cases.map((recorded) => ({ ...recorded, title: JSON.stringify(recorded.options) }))
}
