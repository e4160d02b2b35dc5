import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openModel } from '@mammokit/mammogram-classifier'
import { extractRois } from '@mammokit/mammogram-dataset'
import { writePhantomDataset } from '@mammokit/mammogram-phantom'
import { readManifest } from '@mammokit/screening-data'
import { readPredictions, readSelection, readSiteCalibration, type SiteCalibration } from '@mammokit/training-run'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CalibrateResult, calibrate, exportRun, predict, predictStudy, select } from '../../src/index.ts'
import { makeTinyRun, type TinyRun, tinyImage } from '../tiny-run.ts'
import { identitySplit } from './identity-split.ts'

const fast = { threads: 1, workers: 1 }

let tiny: TinyRun
let site: string
let kept: CalibrateResult
let selectionBefore: string
beforeAll(async () => {
  tiny = await makeTinyRun()
  await predict({ data: tiny.data, run: tiny.run, ...fast })
  await select({ data: tiny.data, run: tiny.run, resamples: 20 })
  selectionBefore = readFileSync(join(tiny.run, 'selection.json'), 'utf8')
  site = join(dirname(tiny.data), 'clinic')
  const raw = join(site, 'raw')
  await writePhantomDataset({ outputDir: raw, patients: 8, prevalence: 0.5, seed: 99, height: 160, workers: 1 })
  const options = { height: tinyImage.height, width: tinyImage.width }
  await extractRois({ dataDir: site, options, workers: 1 })
  kept = await calibrate({ run: tiny.run, data: tiny.data, site, resamples: 20, ...fast })
})
afterAll(() => tiny.remove())

/** The site's breasts by `predict`, in a copy of the run that knows nothing else: mean probability and label of each. */
async function breastsByPredict() {
  const { run, data } = await identitySplit(tiny, site)
  const { epoch } = await readSelection(run)
  await predict({ run, data, subset: 'test', epoch, ...fast })
  const { images } = await readPredictions(run, 'test', epoch)
  const breasts = new Map<string, { target: number; values: number[] }>()
  for (const { patientId, laterality, target, probability } of images) {
    const breast = breasts.get(`${patientId} ${laterality}`) ?? { target, values: [] }
    breast.values.push(probability)
    breasts.set(`${patientId} ${laterality}`, breast)
  }
  return [...breasts.values()].map(({ target, values }) => ({
    target,
    probability: values.reduce((a, b) => a + b, 0) / values.length,
  }))
}

/** A copy of the run that selects its other checkpoint. */
async function otherRun(): Promise<string> {
  const { run } = tiny.copy()
  const { epoch } = await readSelection(run)
  rmSync(join(run, 'predictions', 'val', `epoch-00${epoch}.csv`))
  rmSync(join(run, 'checkpoints', `epoch-00${epoch}`), { recursive: true })
  await select({ run, data: tiny.data, resamples: 20 })
  return run
}

describe('calibrate', () => {
  test("judges the run's threshold and calibration by the site's breasts, as predict scores them", async () => {
    const breasts = await breastsByPredict()
    const { threshold, calibration } = await readSelection(tiny.run)
    const { before, positives, patients } = kept.calibration
    expect(kept.calibration.breasts).toBe(breasts.length)
    expect([patients, positives]).toEqual([8, breasts.filter(({ target }) => target === 1).length])
    const called = breasts.filter(({ probability }) => probability >= threshold)
    expect(before.recallRate.value).toBeCloseTo(called.length / breasts.length, 10)
    expect(before.sensitivity.value).toBeCloseTo(called.filter(({ target }) => target === 1).length / positives, 10)
    const { slope, intercept } = calibration.method === 'platt' ? calibration : { slope: 1, intercept: 0 }
    const losses = breasts.map(({ target, probability }) => {
      const p = 1 / (1 + Math.exp(-slope * Math.log(probability / (1 - probability)) - intercept))
      return -Math.log(target === 1 ? p : 1 - p)
    })
    expect(before.logLoss.value).toBeCloseTo(losses.reduce((a, b) => a + b, 0) / losses.length, 4)
    expect(before.calibration).toEqual(calibration)
    expect(before.threshold).toBe(threshold)
  })

  test('keeps the selection and earlier calibrations, and writes nothing twice', async () => {
    const again = await calibrate({ run: tiny.run, data: tiny.data, site, resamples: 20, ...fast })
    expect(again.path).toBe(kept.path)
    expect(kept.path).toBe(join(tiny.run, 'sites', 'clinic', 'calibration-001.json'))
    const rule = { rule: 'sensitivity', at: 0.9 } as const
    const moved = await calibrate({ run: tiny.run, data: tiny.data, site, resamples: 20, ...rule, ...fast })
    expect(moved.path).toBe(join(tiny.run, 'sites', 'clinic', 'calibration-002.json'))
    expect(moved.calibration.thresholdRule).toEqual({ rule: 'sensitivity', at: 0.9 })
    expect(moved.calibration.after!.sensitivity.value).toBeGreaterThanOrEqual(0.9)
    expect(existsSync(kept.path)).toBe(true)
    expect(readFileSync(join(tiny.run, 'selection.json'), 'utf8')).toBe(selectionBefore)
  })

  test('refuses a calibration that was edited', async () => {
    const text = readFileSync(kept.path, 'utf8')
    const edited = { ...(JSON.parse(text) as SiteCalibration), threshold: 0.123 }
    const path = join(dirname(kept.path), 'edited.json')
    writeFileSync(path, JSON.stringify(edited))
    await expect(readSiteCalibration(path)).rejects.toMatchObject({ code: 'file-altered' })
    expect(await readSiteCalibration(kept.path)).toEqual(kept.calibration)
  })

  test('sets scores, pictures and fallbacks of the site beside those of validation, in one page', () => {
    const page = readFileSync(kept.page!, 'utf8')
    for (const text of ['clinic', 'not a medical device', 'Mean gray of the breast', 'How the breast was found']) {
      expect(page).toContain(text)
    }
    expect(page).toMatch(/<svg[^>]* role="img"/)
    expect(page.match(/(?:src|href)="http/g)).toBeNull()
  })

  test('gives the calibration to predict, and to an exported file that calibrates as the run does', async () => {
    const rule = { rule: 'sensitivity', at: 0.9 } as const
    const ofRun = await calibrate({ run: tiny.run, data: tiny.data, site, resamples: 20, ...rule, ...fast })
    const [row] = await readManifest(join(site, 'processed', 'manifest.csv'))
    const study = [join(site, 'raw', row!.source)]
    const output = join(tiny.run, '..', 'answer')
    const answer = await predictStudy({ run: tiny.run, study, calibration: ofRun.path, output, threads: 1 })
    expect(answer.model).toMatchObject({ site: 'clinic', operatingPoint: { threshold: ofRun.calibration.threshold } })

    const model = join(dirname(tiny.run), 'exported', 'model.onnx')
    await exportRun({ run: tiny.run, data: tiny.data, output: model, calibration: ofRun.path, ...fast })
    expect(readFileSync(join(dirname(model), 'model-card.md'), 'utf8')).toContain('of 8 patients of clinic')
    const exported = await openModel({ file: model, threads: 1 })
    const { threshold, calibration } = ofRun.calibration
    expect(exported.description.decision).toMatchObject({ site: 'clinic', threshold, calibration })
    await exported.dispose()

    const ofFile = await calibrate({ model, site, resamples: 20, ...rule, ...fast })
    expect(ofFile.path).toBe(join(dirname(model), 'sites', 'clinic', 'calibration-001.json'))
    expect(ofFile.page).toBeNull()
    expect(ofFile.calibration.threshold).toBeCloseTo(threshold, 4)
    expect(ofFile.calibration.update).toBe('kept')
    const { after, before } = ofFile.calibration
    // The file differs by float32 noise, and the threshold may be an observed probability.
    expect((after ?? before).sensitivity).toEqual(ofRun.calibration.after!.sensitivity)
  })

  test('refuses the calibration of other weights, and one where there is no study', async () => {
    const calibration = kept.path
    const asked = exportRun({ run: await otherRun(), data: tiny.data, calibration, ...fast })
    await expect(asked).rejects.toMatchObject({ code: 'weights-changed' })
    await expect(predict({ run: tiny.run, data: tiny.data, calibration })).rejects.toMatchObject({
      code: 'invalid-value',
    })
  })

  test('asks for the rule of a number', async () => {
    const asked = calibrate({ run: tiny.run, data: tiny.data, site, at: 0.9, ...fast })
    await expect(asked).rejects.toMatchObject({ code: 'invalid-value' })
  })
})
