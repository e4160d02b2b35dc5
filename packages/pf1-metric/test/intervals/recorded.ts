import { readFileSync } from 'node:fs'

export interface RecordedArea {
  targets: number[]
  probabilities: number[]
  patients: string[]
  rocAuc: { value: number; variance: number }
  averagePrecision: { variance: number }
  pf1: { variance: number }
  brier: { variance: number }
}

interface Recorded {
  counts: {
    successes: number
    trials: number
    confidence: number
    clopperPearson: [number, number]
    wilson: [number, number]
  }[]
  beta: { probability: number; a: number; b: number; value: number }[]
  normal: { confidence: number; value: number }[]
  t: { confidence: number; degrees: number; value: number }[]
  areas: RecordedArea[]
}

export const recorded: Recorded = JSON.parse(
  readFileSync(new URL('../fixtures/intervals.json', import.meta.url), 'utf8'),
)
