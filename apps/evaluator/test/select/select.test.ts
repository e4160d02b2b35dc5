import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { silentContext } from '@mammokit/command-line'
import { describe, expect, test } from 'vitest'
import { select } from '../../src/index.ts'
import { type HandMadeBreast, makeHandMadeRun } from '../hand-made-run.ts'

const breast = (patient: number, target: 0 | 1, ...probabilities: number[]): HandMadeBreast => ({
  patientId: `${patient}`,
  target,
  probabilities,
})
/** Ranks by the mean at every patient but one. */
const good = [
  breast(1, 1, 0.875, 0.625),
  breast(2, 1, 0.625),
  breast(3, 0, 0.25, 0.5),
  breast(4, 0, 0.125),
  breast(5, 0, 0.75, 0),
]
const bad = good.map((row) => ({ ...row, probabilities: row.probabilities.map((p) => 1 - p) }))

describe('select', () => {
  test('finds checkpoint and threshold with the best F1 per breast, at the center of the plateau', async () => {
    const made = await makeHandMadeRun([bad, good, bad])
    const selection = await select({ ...made, rule: 'reference', resamples: 200 })
    expect(selection).toMatchObject({
      subset: 'val',
      aggregation: 'mean',
      checkpoint: 'epoch-002',
      epoch: 2,
      threshold: 0.5,
      plateau: { low: 0.375, high: 0.625 },
      patients: 5,
      breasts: 5,
      positives: 2,
      preprocessHash: 'hand',
      thresholdRule: { rule: 'reference' },
    })
    expect(selection.pf1AtThreshold.value).toBe(1)
    expect(selection.rocAuc.value).toBe(1)
    // sum over cancers 1.375, over the others 0.875: precision 1.375 / 2.25, recall 1.375 / 2
    expect(selection.pf1.value).toBeCloseTo(2 / (2.25 / 1.375 + 2 / 1.375), 12)
    expect(selection.checkpoints.map((row) => row.checkpoint)).toEqual(['epoch-001', 'epoch-002', 'epoch-003'])
    expect(JSON.parse(readFileSync(join(made.run, 'selection.json'), 'utf8'))).toEqual(selection)
  })

  test('aggregates by max and min as it is told', async () => {
    const made = await makeHandMadeRun([good])
    const max = await select({ ...made, aggregation: 'max', rule: 'reference', resamples: 50 })
    // 0.875 and 0.625 with cancer, 0.75, 0.5 and 0.125 without
    expect(max.pf1AtThreshold.value).toBeCloseTo(0.8, 12)
    const min = await select({ ...made, aggregation: 'min', rule: 'reference', resamples: 50 })
    expect(min).toMatchObject({ plateau: { low: 0.25, high: 0.625 } })
  })

  test('tries a grid on request', async () => {
    const made = await makeHandMadeRun([good])
    expect(await select({ ...made, rule: 'reference', gridStep: 0.001, resamples: 50 })).toMatchObject({
      plateau: { low: 0.376, high: 0.625 },
    })
  })

  test('takes the better ranking of equal scores, then the surer probabilities, then the earlier checkpoint', async () => {
    const sure = good.map((row) => ({ ...row, probabilities: row.probabilities.map(() => row.target) }))
    expect((await select({ ...(await makeHandMadeRun([good, sure, good])), resamples: 10 })).epoch).toBe(2)
    expect((await select({ ...(await makeHandMadeRun([good, good])), resamples: 10 })).epoch).toBe(1)
    const worse = [breast(1, 1, 0.9), breast(2, 1, 0.3), breast(3, 0, 0.5), breast(4, 0, 0.4)]
    const better = [breast(1, 1, 0.9), breast(2, 1, 0.45), breast(3, 0, 0.5), breast(4, 0, 0.4)]
    const tied = await select({ ...(await makeHandMadeRun([worse, better])), resamples: 10 })
    expect(tied.checkpoints[0].pf1AtThreshold).toBeLessThanOrEqual(tied.checkpoints[1].pf1AtThreshold)
    expect(tied.epoch).toBe(2)
  })

  test('gives the same bytes for the same seed', async () => {
    const made = await makeHandMadeRun([good, bad])
    const bytes = async () => {
      await select({ ...made, resamples: 100, seed: 5 })
      return readFileSync(join(made.run, 'selection.json'), 'utf8')
    }
    expect(await bytes()).toBe(await bytes())
  })

  test('prints a row per checkpoint and what it selected', async () => {
    const lines: string[] = []
    const progress = { ...silentContext.progress, line: (text: string) => lines.push(text) }
    await select({ ...(await makeHandMadeRun([bad, good])), resamples: 10 }, { progress })
    expect(lines.join('\n')).toContain('epoch-002 *')
    expect(lines.join('\n')).toContain('Selected epoch-002 at threshold 0.5000: F1 1.0000')
  })

  test('takes the threshold by another rule, and says what its plateau spans', async () => {
    const made = await makeHandMadeRun([good])
    const { threshold, plateauSpan, thresholdRule } = await select({
      ...made,
      rule: 'sensitivity',
      at: 0.5,
      resamples: 10,
    })
    expect(thresholdRule).toEqual({ rule: 'sensitivity', at: 0.5 })
    expect(threshold).toBeCloseTo((0.75 + 0.625) / 2, 12)
    expect(plateauSpan).toEqual({ sensitivity: { low: 0.5, high: 0.5 }, recallRate: { low: 0.2, high: 0.2 } })
    const middle = await select({ ...made, resamples: 10 })
    expect(middle.thresholdRule).toEqual({ rule: 'f1' })
    expect(middle.pf1AtThreshold.value).toBe(1)
  })

  test.each([
    [{ rule: 'sensitivity' }, 'Expected a number for --at with --rule sensitivity but received nothing'],
    [{ rule: 'specificity', at: 2 }, 'Expected a number from 0 to 1 for --at'],
    [{ rule: 'f1', at: 0.5 }, 'Expected no --at for --rule f1'],
    [{ rule: 'f1', gridStep: 0.1 }, 'Expected --rule reference for --grid-step'],
  ] as const)('refuses %o', async (rule, message) => {
    const made = await makeHandMadeRun([good])
    await expect(select({ ...made, ...rule, resamples: 10 })).rejects.toThrow(message)
  })

  test('says so where the best checkpoint is not above chance, nor better than calling every breast', async () => {
    // Every second breast has cancer, whatever the network says; the second checkpoint is the first, turned round.
    const chance = Array.from({ length: 60 }, (_, i) => breast(i, (i % 2) as 0 | 1, ((i * 37) % 60) / 60))
    const turned = chance.map((row) => ({ ...row, probabilities: row.probabilities.map((p) => 0.999 - p) }))
    const lines: string[] = []
    const progress = { ...silentContext.progress, line: (text: string) => lines.push(text) }
    const selection = await select({ ...(await makeHandMadeRun([chance, turned])), resamples: 200 }, { progress })
    expect(selection).toMatchObject({ isAboveChance: false, calibration: { method: 'none' } })
    expect(selection.callAllF1).toBeCloseTo(2 / 3, 12)
    const text = lines.join('\n')
    expect(text).toMatch(/epoch-00[12] is not above chance on the val set: its ROC area of 0\.\d+ has an interval from/)
    expect(text).toContain('Calling every breast suspicious has an F1 of 0.667')
    expect(text).toMatch(/Indistinguishable by F1 from epoch [12]\./)
  })

  test('calibrates breasts whose probabilities are all too low', async () => {
    const low = Array.from({ length: 120 }, (_, i) =>
      breast(
        i,
        (i % 3 === 0 ? 1 : 0) as 0 | 1,
        i % 3 === 0 || i % 10 === 0 ? 0.02 + (i % 7) / 1000 : 0.01 + (i % 5) / 1000,
      ),
    )
    const { calibration, calibrationLogLoss } = await select({ ...(await makeHandMadeRun([low])), resamples: 10 })
    expect(calibration.method).toBe('platt')
    expect(calibrationLogLoss.platt).toBeLessThan(calibrationLogLoss.none)
  })

  test('says which command makes what is missing', async () => {
    const made = await makeHandMadeRun([good, bad])
    rmSync(join(made.run, 'predictions', 'val', 'epoch-002.csv'))
    await expect(select(made)).rejects.toThrow(
      `Predict first: mammokit-evaluator predict --run ${made.run} --subset val`,
    )
  })

  test('needs a cancer among the breasts', async () => {
    const made = await makeHandMadeRun([good.filter(({ target }) => target === 0)])
    await expect(select(made)).rejects.toThrow('Expected at least one positive sample')
  })

  test('names an option that is out of range', async () => {
    const made = await makeHandMadeRun([good])
    await expect(select({ ...made, resamples: 0 })).rejects.toThrow(
      'Expected an integer from 1 to 10000000 for resamples in the configuration but received 0',
    )
    await expect(select({ ...made, aggregation: 'median' as 'mean' })).rejects.toThrow(
      'Expected mean, max or min for aggregation',
    )
    await expect(select({ ...made, epoch: 3 } as never)).rejects.toThrow(
      'Expected a known key for the configuration but received epoch',
    )
  })
})

test('a grid threshold on the edge of its plateau is called that', async () => {
  const lines: string[] = []
  const context = {
    ...silentContext,
    progress: { ...silentContext.progress, line: (text: string) => lines.push(text) },
  }
  // Between 0.4 and 0.45 there is one step of 0.1 at most.
  const narrow = [breast(1, 1, 0.45), breast(2, 1, 0.9), breast(3, 0, 0.35), breast(4, 0, 0.1)]
  const made = await makeHandMadeRun([narrow])
  await select({ ...made, rule: 'reference', gridStep: 0.1, resamples: 10 }, context)
  expect(lines.join('\n')).toContain(
    'The threshold of 0.4 lies on the edge of its plateau on the grid (0.4 to 0.4): one step below or above it the F1 is another.',
  )
  lines.length = 0
  await select({ ...made, rule: 'reference', gridStep: 0.01, resamples: 10 }, context)
  expect(lines.join('\n')).not.toContain('edge')
})
