import { createHash } from 'node:crypto'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readProcessedRows } from '@mammokit/screening-data'
import { readPredictions, readSelection, readTestResult } from '@mammokit/training-run'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensemble, explain, predict, report, select, test as testRun } from '../../src/index.ts'
import { makeTinyRun, type TinyRun } from '../tiny-run.ts'

let tiny: TinyRun
beforeAll(async () => {
  tiny = await makeTinyRun()
})
afterAll(() => tiny.remove())

/** The tiny run twice, as the folds of one split: what was train is fold 0, what was val fold 1. */
function makeFolds(): { data: string; run: string } {
  const { data, run: one } = tiny.copy()
  const splits = join(data, 'processed', 'splits.csv')
  const text = readFileSync(splits, 'utf8')
    .replaceAll(/train,$/gm, 'train,0')
    .replaceAll(/val,$/gm, 'train,1')
  writeFileSync(splits, text)
  const splitsSha256 = createHash('sha256').update(text).digest('hex')
  const run = join(dirname(one), 'folds')
  for (const fold of [0, 1]) {
    cpSync(one, join(run, `fold-${fold}`), { recursive: true })
    const config = JSON.parse(readFileSync(join(one, 'config.json'), 'utf8'))
    config.data = { ...config.data, splitsSha256, fold }
    writeFileSync(join(run, `fold-${fold}/config.json`), JSON.stringify(config))
  }
  return { data, run }
}

describe('a run of folds', () => {
  test('has a prediction of each image outside test by the run that did not see it, and one selection of them', async () => {
    const { data, run } = makeFolds()
    const inference = { threads: 1, workers: 1, batchSize: 8 }
    const { images, written } = await predict({ data, run, ...inference })
    expect(images).toBe(32)
    expect(written.slice(-2)).toEqual([1, 2].map((epoch) => join(run, `predictions/val/epoch-00${epoch}.csv`)))
    const together = await readPredictions(run, 'val', 2)
    for (const fold of [0, 1]) {
      const { rows } = await readProcessedRows(data, { subsets: ['val'], fold })
      const alone = await readPredictions(join(run, `fold-${fold}`), 'val', 2)
      expect(alone.images.map(({ imageId }) => imageId)).toEqual(rows.map(({ imageId }) => imageId))
      expect(together.images.slice(16 * fold, 16 * (fold + 1))).toEqual(alone.images)
    }

    const selection = await select({ data, run, resamples: 50 })
    expect(selection).toMatchObject({ subset: 'val', patients: 8 })
    expect(selection.checkpoints).toHaveLength(2)
    expect(await readSelection(run)).toEqual(selection)
    // On test, which no fold has seen, all of them are one.
    const tested = await testRun({ data, run, resamples: 50, ...inference })
    const { epoch } = selection
    const alone = await Promise.all([0, 1].map((fold) => readPredictions(join(run, `fold-${fold}`), 'test', epoch)))
    const all = await readPredictions(run, 'test', epoch)
    for (const [i, { logit }] of all.images.entries()) {
      expect(logit).toBeCloseTo((alone[0]!.images[i]!.logit + alone[1]!.images[i]!.logit) / 2, 12)
    }
    expect(tested.ensemble?.members.map(({ name }) => name)).toEqual(['fold-0', 'fold-1'])
    expect(await readTestResult(run)).toEqual(tested)
    const page = readFileSync(await report({ data, run }), 'utf8')
    expect(page).toContain('What combining is worth')
    expect(page).not.toContain('<h2>Training</h2>')
    expect(page).toContain('The mean of the logits of 2 folds;')
    expect(page).toMatch(/folds 8 patients, \d+ breasts \(\d+ with cancer\) together/)
    expect(page).toContain('For heatmaps run mammokit-evaluator explain --subset test')
    await explain({ data, run, images: 0, ...inference })
    expect(readFileSync(await report({ data, run }), 'utf8')).toContain('Heatmaps by cam of stage')
    await expect(explain({ data, run, subset: 'val' })).rejects.toThrow('Explain a fold')
    await expect(ensemble({ run, member: [0, 1].map((fold) => join(run, `fold-${fold}`)) })).rejects.toMatchObject({
      code: 'folder-taken',
    })
    // On val each image has one network, beside which nothing is combined.
    const validated = await testRun({ data, run, subset: 'val', resamples: 50, ...inference })
    expect(validated).toMatchObject({ subset: 'val', patients: 8 })
    expect(validated.ensemble).toBeUndefined()
    // A model of metadata would be fitted on the images that it is held against.
    expect(tested.baselines.metadata).not.toBeNull()
    expect(validated.baselines.metadata).toBeNull()
    rmSync(join(run, 'test.json'))
    const validation = readFileSync(await report({ data, run }), 'utf8')
    expect(validation).toContain('scored by the network of the fold that did not see it')
    expect(validation).toContain('None of these weights. There are no heatmaps of the folds together')
    expect(validation).not.toContain('mammokit-evaluator explain')
    expect(validation).toContain('<b>Tested: 8 patients, 16 breasts')

    await expect(select({ data, run, subset: 'train' })).rejects.toMatchObject({ code: 'folds-differ' })
    // Weights that changed make the predictions of all folds useless.
    cpSync(join(run, 'fold-1/checkpoints/epoch-001'), join(run, 'fold-1/checkpoints/epoch-002'), { recursive: true })
    await expect(select({ data, run, resamples: 50 })).rejects.toMatchObject({ code: 'predictions-differ' })
    expect(existsSync(join(run, 'config.json'))).toBe(false)
  })
})
