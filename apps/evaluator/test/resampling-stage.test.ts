import { silentContext } from '@mammokit/command-line'
import { type BreastPrediction, chosenThreshold, figureOf, figuresOf, statisticsAt } from '@mammokit/pf1-metric'
import { describe, expect, test } from 'vitest'
import { resamplingStage } from '../src/resampling-stage.ts'

const resampling = { resamples: 200, seed: 13 }

function breasts(...rows: [target: 0 | 1, probability: number][]): BreastPrediction[] {
  return rows.map(([target, probability], patient) => ({
    breastId: `${patient}_L`,
    patientId: `${patient}`,
    laterality: 'L',
    images: 1,
    target,
    probability,
  }))
}

describe('resamplingStage', () => {
  const rows = breasts([1, 0.9], [1, 0.4], [0, 0.6], [0, 0.2])

  test('reports every resample', async () => {
    const reported: [string, number][] = []
    const progress = {
      ...silentContext.progress,
      start: (label: string, total: number) => reported.push([label, total]),
    }
    const updates: number[] = []
    const context = { progress: { ...progress, update: (done: number) => updates.push(done) } }
    const stage = resamplingStage('bootstrap', 2, resampling, context)
    const { sensitivityAtSpecificity95 } = statisticsAt(0.5)
    await figuresOf(rows, { sensitivityAtSpecificity95, threshold: chosenThreshold({ rule: 'f1' }) }, stage)
    expect(reported).toEqual([['bootstrap', 400]])
    expect(updates.at(-1)).toBe(400)
  })

  test('stops between two resamples with the reason of the signal', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('stopped')), 20)
    const context = { progress: silentContext.progress, signal: stop.signal }
    const stage = resamplingStage('bootstrap', 1, { resamples: 1e7, seed: 13 }, context)
    await expect(figureOf(rows, chosenThreshold({ rule: 'f1' }), stage)).rejects.toThrow('stopped')
  })
})
