import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readNetworks } from '@mammokit/mammogram-classifier/selection'
import { extractRois } from '@mammokit/mammogram-dataset'
import { writePhantomDataset } from '@mammokit/mammogram-phantom'
import { aggregateByBreast, logOdds, rocAuc } from '@mammokit/pf1-metric'
import { readPredictions, readSelection, readTestResult, runPaths, writePredictions } from '@mammokit/training-run'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  calibrate,
  ensemble,
  explain,
  exportRun,
  predict,
  predictStudy,
  report,
  select,
  test as testRun,
} from '../../src/index.ts'
import { openEpochs } from '../../src/predict/epoch-classifiers.ts'
import { makeTinyRun, type TinyRun, tinyImage } from '../tiny-run.ts'

const inference = { threads: 1, workers: 1, batchSize: 8 }
const quick = { ...inference, resamples: 50 }

let tiny: TinyRun
let data: string
let one: string
let other: string
let folder: string
beforeAll(async () => {
  tiny = await makeTinyRun()
  ;({ data, run: one } = tiny.copy())
  folder = dirname(one)
  other = join(folder, 'other')
  cpSync(one, other, { recursive: true })
  rmSync(join(one, 'checkpoints/epoch-001'), { recursive: true })
  rmSync(join(other, 'checkpoints/epoch-002'), { recursive: true })
  for (const run of [one, other]) {
    await predict({ data, run, ...inference })
    await select({ data, run, resamples: 50 })
  }
})
afterAll(() => tiny.remove())

const imagesOf = async (run: string, subset: 'val' | 'test', epoch: number) =>
  (await readPredictions(run, subset, epoch)).images
const logitsOf = async (run: string, subset: 'val' | 'test', epoch: number) =>
  (await imagesOf(run, subset, epoch)).map(({ logit }) => logit)
const areaOf = (images: Awaited<ReturnType<typeof imagesOf>>) => {
  const breasts = aggregateByBreast(images)
  return rocAuc(
    breasts.map(({ target }) => target),
    breasts.map(({ probability }) => probability),
  )
}

describe('an ensemble of two runs', () => {
  test('is predicted, selected, tested and reported as a run, and says what it is worth beside each', async () => {
    const run = join(folder, 'both')
    const config = await ensemble({ run, member: [one, other] })
    expect(config.ensemble).toEqual({
      combine: 'logits',
      augmentations: [],
      members: [
        { run: '../tiny', epoch: 2 },
        { run: '../other', epoch: 1 },
      ],
    })
    const { kept, written } = await predict({ data, run, ...inference })
    expect(kept).toHaveLength(2)
    expect(written).toEqual([join(run, 'predictions/val/epoch-001.csv')])
    await select({ data, run, resamples: 50 })
    const result = await testRun({ data, run, ...quick })
    const [combined, a, b] = [
      await logitsOf(run, 'test', 1),
      await logitsOf(one, 'test', 2),
      await logitsOf(other, 'test', 1),
    ]
    for (const [i, logit] of combined.entries()) expect(logit).toBeCloseTo((a[i]! + b[i]!) / 2, 12)
    const area = areaOf(await imagesOf(run, 'test', 1))
    const alone = [areaOf(await imagesOf(one, 'test', 2)), areaOf(await imagesOf(other, 'test', 1))]
    expect(result.ensemble?.members.map(({ rocAuc }) => rocAuc.value)).toEqual(alone)
    for (const [i, { difference }] of result.ensemble!.members.entries()) {
      expect(difference.value).toBeCloseTo(area - alone[i]!, 12)
      expect(difference.low).not.toBeNull()
    }
    expect(await readTestResult(run)).toEqual(result)
    const page = readFileSync(await report({ data, run }), 'utf8')
    expect(page).toContain('What combining is worth')
    expect(page).toContain('The mean of the logits of 2 networks;')
    expect(page).not.toContain('no ensemble')
    expect(page).toContain('None of these weights. For heatmaps run mammokit-evaluator explain --subset test')
    expect(page).toContain('over the hashes of all; mammokit-evaluator export writes them with preprocessing')
    expect(page).toContain('test --external tests on another place')
    expect(readFileSync(await report({ data, run, compare: one }), 'utf8')).toContain('Beside other runs')
  })

  test('is one exported file, which names its members and answers studies as the folder does', async () => {
    const run = join(folder, 'both')
    const { model, card, largestDifference, largestMapDifference } = await exportRun({ data, run, ...inference })
    expect(largestDifference).toBeLessThanOrEqual(1e-4)
    expect(largestMapDifference).toBeLessThanOrEqual(1e-3)
    const selections = await Promise.all([one, other, run].map((each) => readSelection(each)))
    const text = readFileSync(card, 'utf8')
    for (const { checkpoint, checkpointHash } of selections.slice(0, 2)) {
      expect(text).toMatch(new RegExp(`  - (tiny|other): ${checkpoint}, weights \`${checkpointHash}\`, 1-1-1-1 blocks`))
      expect(readFileSync(model).toString('latin1')).toContain(`"checkpointHash":"${checkpointHash}"`)
    }
    expect(text).toContain(
      `the mean of the logits of 2 networks, weights \`${selections[2]!.checkpointHash}\`, float32`,
    )
    const { images } = await readPredictions(run, 'test', 1)
    const study = images
      .slice(0, 2)
      .map(({ patientId, imageId }) => join(data, 'raw/train_images', patientId, `${imageId}.dcm`))
    const answers = []
    for (const source of [{ run }, { model }]) {
      const result = await predictStudy({ ...source, study, threads: 1, output: join(folder, 'study') })
      answers.push(result.studies.flatMap((each) => each.images.map(({ probability }) => probability!)).sort())
    }
    const expected = images
      .slice(0, 2)
      .map(({ probability }) => probability)
      .sort()
    for (const found of answers)
      for (const [i, probability] of found.entries())
        expect(Math.abs(probability - expected[i]!)).toBeLessThanOrEqual(1e-4)
    await expect(exportRun({ data, run, timm: join(folder, 'timm') })).rejects.toMatchObject({
      code: 'several-networks',
    })
  })

  test('explains by the mean of the maps of its members, and not by what one network alone has', async () => {
    const run = join(folder, 'both')
    const explained = await explain({ data, run, images: 1, ...inference })
    const { checkpointHash } = await readSelection(run)
    expect(explained).toMatchObject({ checkpointHash, method: 'cam', images: 16 })
    expect(readFileSync(await report({ data, run }), 'utf8')).toContain('Heatmaps by cam of stage')
    await expect(explain({ data, run, method: 'grad-cam', ...inference })).rejects.toMatchObject({
      code: 'map-undefined',
    })
    await expect(explain({ data, run, sanity: true })).rejects.toMatchObject({ code: 'several-networks' })
  })

  test('releases its graph once where the next epoch cannot be opened', async () => {
    const epochs = await openEpochs(await readNetworks(join(folder, 'both')), { threads: 1 })
    await epochs.at(1)
    await expect(epochs.at(9)).rejects.toMatchObject({ code: 'bad-input' })
    await expect(epochs.dispose()).resolves.toBeUndefined()
  })

  test('is tested and calibrated on the cases of another place as its members together', async () => {
    const clinic = join(folder, 'clinic')
    const raw = join(clinic, 'raw')
    await writePhantomDataset({ outputDir: raw, patients: 4, prevalence: 0.5, seed: 99, height: 160, workers: 1 })
    const options = { height: tinyImage.height, width: tinyImage.width }
    await extractRois({ dataDir: clinic, options, workers: 1 })
    const run = join(folder, 'both')
    const logits: number[][] = []
    for (const each of [one, other, run]) {
      const { epoch, checkpointHash } = await testRun({ data, run: each, external: clinic, ...quick })
      const { images, ...source } = await readPredictions(join(each, 'sites/clinic'), 'test', epoch)
      expect(source.checkpointHash).toBe(checkpointHash)
      logits.push(images.map(({ logit }) => logit))
    }
    for (const [i, logit] of logits[2]!.entries()) expect(logit).toBeCloseTo((logits[0]![i]! + logits[1]![i]!) / 2, 4)
    const { calibration, page } = await calibrate({ data, run, site: clinic, ...quick })
    expect(calibration).toMatchObject({ site: 'clinic', checkpointHash: (await readSelection(run)).checkpointHash })
    expect(readFileSync(page!, 'utf8')).toContain('clinic')
  })

  test('of quantiles is the mean of the places among the validation scores', async () => {
    const run = join(folder, 'quantiles')
    await ensemble({ run, member: [one, other], combine: 'quantiles' })
    await predict({ data, run, ...inference })
    const own = [await logitsOf(one, 'val', 2), await logitsOf(other, 'val', 1)]
    const combined = await logitsOf(run, 'val', 1)
    for (const [i, logit] of combined.entries()) {
      const places = own.map((scores) => {
        const [below, same] = [scores.filter((s) => s < scores[i]!), scores.filter((s) => s === scores[i])]
        return (below.length + same.length / 2) / scores.length
      })
      expect(logit).toBeCloseTo(logOdds((places[0]! + places[1]!) / 2), 10)
    }
  })

  test('is not selected or tested with files that its networks do not make together', async () => {
    const run = join(folder, 'edited')
    await ensemble({ run, member: [one, other] })
    await predict({ data, run, ...inference })
    await select({ data, run, resamples: 50 })
    // The combined predictions of the quantiles, taken for those of the logits.
    const quantiles = join(folder, 'quantiles')
    for (const extension of ['csv', 'json']) {
      const name = `predictions/val/epoch-001.${extension}`
      const text = readFileSync(join(quantiles, name), 'utf8')
      const own = JSON.parse(readFileSync(join(run, 'predictions/val/epoch-001.json'), 'utf8'))
      writeFileSync(
        join(run, name),
        extension === 'csv' ? text : JSON.stringify({ ...JSON.parse(text), checkpointHash: own.checkpointHash }),
      )
    }
    await expect(select({ data, run, resamples: 50 })).rejects.toMatchObject({ code: 'predictions-differ' })
  })
})

test('an ensemble of one run averages augmented images, in predictions whose header names them', async () => {
  const run = join(folder, 'flipped')
  await ensemble({ run, member: one, tta: ['flip', 'scale'] })
  await predict({ data, run, ...inference })
  const predictions = await readPredictions(run, 'val', 1)
  expect(predictions.augmentations).toEqual(['flip', 'scale'])
  const plain = await logitsOf(one, 'val', 2)
  expect(predictions.images.some(({ logit }, i) => Math.abs(logit - plain[i]!) > 1e-6)).toBe(true)
  await select({ data, run, resamples: 50 })
  const { ensemble: worth } = await testRun({ data, run, ...quick })
  expect(worth).toMatchObject({
    augmentations: ['flip', 'scale'],
    members: [{ name: 'tiny', checkpoint: 'epoch-002' }],
  })
  expect(worth!.members[0]!.rocAuc.value).toBe(areaOf(await imagesOf(one, 'test', 2)))
  // What the member said without augmentation is computed again too, where it was there already.
  const path = runPaths(one).predictions('test', 2)
  const record = path.replace('.csv', '.json')
  const [text, own] = [path, record].map((file) => readFileSync(file, 'utf8')) as [string, string]
  const raised = (await imagesOf(one, 'test', 2)).map(({ logit, ...image }) => {
    return { ...image, logit: logit + 1, probability: 1 / (1 + Math.exp(-logit - 1)) }
  })
  await writePredictions(one, { ...JSON.parse(own), epoch: 2 }, raised)
  const again = testRun({ data, run, ...quick, again: true })
  await expect(again).rejects.toMatchObject({ code: 'predictions-differ', message: expect.stringContaining(path) })
  writeFileSync(path, text)
  writeFileSync(record, own)
  const { largestDifference, card } = await exportRun({ data, run, images: 4, ...inference })
  expect(largestDifference).toBeLessThanOrEqual(1e-4)
  expect(readFileSync(card, 'utf8')).toContain('averaged with changed pictures of it (flip, scale), inside the file')
  rmSync(join(run, 'members/0/predictions/val/epoch-002.csv'))
  await expect(exportRun({ data, run })).rejects.toThrow(`predict --run ${run} --subset val.`)
})

describe('runs that do not fit are refused', () => {
  const altered = (
    name: string,
    change: (config: { data: Record<string, unknown>; preprocessHash: string }) => void,
  ) => {
    const run = join(folder, name)
    cpSync(other, run, { recursive: true })
    const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'))
    change(config)
    writeFileSync(join(run, 'config.json'), JSON.stringify(config))
    return run
  }

  test('of another split, by which the test patients of one may be training patients of the other', async () => {
    const run = altered('split', ({ data }) => {
      data.splitsSha256 = 'f'.repeat(64)
    })
    await expect(ensemble({ run: join(folder, 'x'), member: [one, run] })).rejects.toMatchObject({
      code: 'members-differ',
      message: expect.stringContaining('may be training patients of the other'),
    })
  })

  test('of another fold, and of another preprocessing', async () => {
    const fold = altered('fold', ({ data }) => {
      data.fold = 1
    })
    const x = join(folder, 'x')
    await expect(ensemble({ run: x, member: [one, fold] })).rejects.toMatchObject({ code: 'members-differ' })
    const hash = altered('hash', (config) => {
      config.preprocessHash = 'other'
    })
    await expect(ensemble({ run: x, member: [one, hash] })).rejects.toMatchObject({ code: 'preprocess-mismatch' })
  })

  test('alone, twice, or in the folder of a run with a network', async () => {
    const x = join(folder, 'x')
    await expect(ensemble({ run: x, member: one })).rejects.toMatchObject({ code: 'invalid-value' })
    await expect(ensemble({ run: x, member: [one, one] })).rejects.toMatchObject({ code: 'invalid-value' })
    await expect(ensemble({ run: other, member: [one, other] })).rejects.toMatchObject({ code: 'folder-taken' })
  })
})
