import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { extractRois } from '@mammokit/mammogram-dataset'
import { formatTrainCsv, readSplitsCsv, readTrainCsv } from '@mammokit/screening-data'
import { readPredictions, readSelection } from '@mammokit/training-run'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { predict, select, submit } from '../../src/index.ts'
import { makeTinyRun, type TinyRun, tinyImage } from '../tiny-run.ts'

const fast = { threads: 1, workers: 1 }

let tiny: TinyRun
/** The test patients of the tiny run again, as the competition gives them: without labels. */
let competition: string
beforeAll(async () => {
  tiny = await makeTinyRun()
  await predict({ data: tiny.data, run: tiny.run, ...fast })
  const { epoch } = await select({ data: tiny.data, run: tiny.run, resamples: 20 })
  await predict({ data: tiny.data, run: tiny.run, subset: 'test', epoch, ...fast })
  competition = join(dirname(tiny.data), 'competition')
  await writeCompetition(competition)
})
afterAll(() => tiny.remove())

async function writeCompetition(folder: string): Promise<void> {
  const places = await readSplitsCsv(join(tiny.data, 'processed', 'splits.csv'))
  const ids = new Set(places.filter(({ subset }) => subset === 'test').map(({ imageId }) => imageId))
  const rows = (await readTrainCsv(join(tiny.data, 'raw', 'train.csv'))).filter(({ imageId }) => ids.has(imageId))
  for (const { patientId, imageId } of rows) {
    const to = join(folder, 'raw', 'test_images', patientId, `${imageId}.dcm`)
    mkdirSync(dirname(to), { recursive: true })
    cpSync(join(tiny.data, 'raw', 'train_images', patientId, `${imageId}.dcm`), to)
  }
  const unlabeled = rows.map(({ columns: { cancer: _, ...columns }, patientId, laterality }) => ({
    ...columns,
    prediction_id: `${patientId}_${laterality}`,
  }))
  writeFileSync(join(folder, 'raw', 'test.csv'), formatTrainCsv(unlabeled))
  const options = { height: tinyImage.height, width: tinyImage.width }
  await extractRois({ dataDir: folder, options, workers: 1 })
}

/** Mean probability of each breast by the prediction file of the same images. */
async function expectedMeans(): Promise<Map<string, number>> {
  const { epoch } = await readSelection(tiny.run)
  const { images } = await readPredictions(tiny.run, 'test', epoch)
  const sums = new Map<string, number[]>()
  for (const { patientId, laterality, probability } of images) {
    const id = `${patientId}_${laterality}`
    sums.set(id, [...(sums.get(id) ?? []), probability])
  }
  return new Map([...sums].map(([id, values]) => [id, values.reduce((a, b) => a + b, 0) / values.length]))
}

function readSubmission(path: string): [string, number][] {
  const [header, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n')
  expect(header).toBe('prediction_id,cancer')
  return lines.map((line) => [line.split(',')[0]!, Number(line.split(',')[1])])
}

describe('submit', () => {
  test('answers each prediction id with what predict and the selection give the same images', async () => {
    const means = await expectedMeans()
    const { threshold, calibration } = await readSelection(tiny.run)
    const raw = await submit({ run: tiny.run, data: competition, values: 'raw', ...fast })
    const found = readSubmission(raw.path)
    expect(found.map(([id]) => id).sort()).toEqual([...means.keys()].sort())
    for (const [id, cancer] of found) expect(cancer).toBeCloseTo(means.get(id)!, 5)

    const output = join(competition, 'thresholded.csv')
    await submit({ run: tiny.run, data: competition, output, ...fast })
    for (const [id, cancer] of readSubmission(output)) expect(cancer).toBe(means.get(id)! >= threshold ? 1 : 0)

    await submit({ run: tiny.run, data: competition, output, values: 'calibrated', ...fast })
    expect(calibration.method).not.toBe('isotonic')
    const { slope, intercept } = calibration.method === 'platt' ? calibration : { slope: 1, intercept: 0 }
    for (const [id, cancer] of readSubmission(output)) {
      const mean = means.get(id)!
      const logOdds = slope * Math.log(mean / (1 - mean)) + intercept
      expect(cancer).toBeCloseTo(1 / (1 + Math.exp(-logOdds)), 5)
    }
  })

  test('answers for a breast without an image by the share of breasts with cancer, and says so', async () => {
    const { data } = tiny.copy()
    const folder = join(dirname(data), 'competition')
    cpSync(competition, folder, { recursive: true })
    const csv = readFileSync(join(folder, 'raw', 'test.csv'), 'utf8')
    const line = csv.trimEnd().split('\n').at(-1)!
    const [id] = line.split(',').slice(-1)
    rmSync(join(folder, 'raw', 'test_images', id!.split('_')[0]!), { recursive: true })
    const options = { height: tinyImage.height, width: tinyImage.width }
    rmSync(join(folder, 'processed'), { recursive: true })
    await extractRois({ dataDir: folder, options, workers: 1 })
    const asked = { run: tiny.run, data: folder, values: 'raw', ...fast } as const
    await expect(submit(asked)).rejects.toMatchObject({ code: 'too-many-left-out' })
    const { answers, unseen } = await submit({ ...asked, maxLeftOut: 0.5 })
    const { positives, breasts } = await readSelection(tiny.run)
    expect(unseen).toContain(id)
    expect(answers.find(({ predictionId }) => predictionId === id)?.cancer).toBe(positives / breasts)
  })

  test('refuses a prediction id of two breasts', async () => {
    const path = join(competition, 'raw', 'test.csv')
    const whole = readFileSync(path, 'utf8')
    const [first] = whole.split('\n')[1]!.split(',').slice(-1)
    const other = first!.endsWith('_L') ? first!.replace(/L$/, 'R') : first!.replace(/R$/, 'L')
    writeFileSync(path, whole.replaceAll(`,${other}\n`, `,${first}\n`))
    try {
      await expect(submit({ run: tiny.run, data: competition, ...fast })).rejects.toMatchObject({
        code: 'prediction-ids-differ',
      })
    } finally {
      writeFileSync(path, whole)
    }
  })
})
