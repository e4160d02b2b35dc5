import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataPaths, type ManifestRow, processedFile, writeManifest } from '@mammokit/screening-data'
import { expect, it, onTestFinished } from 'vitest'
import { parseConfig } from '../../../apps/trainer/src/config/config.ts'
import { workspaceRoot } from '../../src/packages/pack.ts'
import { drawStudy } from '../../src/results/draw-study.ts'
import { withTable } from '../../src/results/results-page.ts'
import { assertSameSplit, readStudyConfig, settingsOf, studySchema, unitsOf } from '../../src/results/study-config.ts'
import { addLine, readLines, type StudyLine } from '../../src/results/study-lines.ts'
import { type StudyFigures, studyFigures } from '../../src/results/study-report.ts'

const config = await readStudyConfig(join(workspaceRoot, 'tools/results/rsna640.json'))

it('every arm of the study of docs/results.md is a configuration that the trainer takes', () => {
  for (const arm of Object.keys(config.arms)) {
    const { training, split, image } = parseConfig(settingsOf(config, arm, 7))
    expect(training.seed).toBe(7)
    expect(split).toMatchObject({ method: 'k-fold', folds: 5, seed: 13 })
    expect(image.height).toBe(2 * image.width)
  }
  expect(parseConfig(settingsOf(config, 'ema', 1)).training).toMatchObject({ emaDecay: 0.99, epochs: 5 })
})

it('the plan is done fold by fold, each training once, and names arms that there are', () => {
  const plan = [
    { arms: ['random', 'phantom'], seeds: [1] },
    { arms: ['random'], seeds: [1, 2] },
  ]
  const names = unitsOf({ folds: 2, plan }).map(({ arm, seed, fold }) => `${arm} ${seed} ${fold}`)
  expect(names).toEqual(['random 1 0', 'phantom 1 0', 'random 1 1', 'phantom 1 1', 'random 2 0', 'random 2 1'])
  const other = { ...config, plan: [{ arms: ['dreams'], seeds: [1] }] }
  expect(studySchema.safeParse(other).error?.issues[0]?.message).toContain('dreams')
  const compared = { ...config, arms: { ...config.arms, phantom: { ...config.arms.phantom, comparedWith: 'hopes' } } }
  expect(studySchema.safeParse(compared).error?.issues[0]?.message).toContain('hopes')
})

it('a data folder that was split otherwise is not used', () => {
  const settings = settingsOf(config, 'random', 1)
  // Another arm and seed of the same study share the folder.
  expect(() => assertSameSplit(JSON.stringify(settingsOf(config, 'recipe', 2)), settings)).not.toThrow()
  const four = JSON.stringify(settingsOf({ ...config, folds: 4 }, 'random', 1))
  expect(() => assertSameSplit(four, settings)).toThrow(/"folds":5.* but received .*"folds":4/)
})

/** 60 patients in three folds on two machines; the left breast of every other one has cancer, older patients more often. */
async function studyFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'study-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const paths = dataPaths(join(folder, 'data', '256x128'))
  mkdirSync(paths.processed, { recursive: true })
  const images = Array.from({ length: 120 }, (_, i) => {
    const patient = i >> 1
    const laterality: 'L' | 'R' = i % 2 === 0 ? 'L' : 'R'
    const cancer = laterality === 'L' && patient % 2 === 0 ? 1 : 0
    const age = 50 + (patient % 7) + (patient % 2 === 0 ? 10 : 0)
    return {
      imageId: `${1000 + i}`,
      patientId: `${100 + patient}`,
      laterality,
      cancer,
      age,
      machine: patient % 3,
      fold: patient % 3,
    }
  })
  const lines = images.map(({ imageId, patientId, laterality, cancer, age, machine, fold }) => {
    return [imageId, patientId, laterality, 'CC', cancer, age, machine, fold === 0 ? 'val' : 'train', fold].join(',')
  })
  const header = 'image_id,patient_id,laterality,view,cancer,age,machine_id,subset,fold'
  writeFileSync(paths.splits, `${[header, ...lines].join('\n')}\n`)
  const placement = { box: { x: 0, y: 0, width: 9, height: 9 }, scaleX: 1, scaleY: 1, padX: 0, padY: 0 }
  await writeManifest(
    paths.manifest,
    images.map(
      ({ imageId, patientId, laterality }): ManifestRow => ({
        imageId,
        patientId,
        laterality,
        view: 'CC',
        side: laterality,
        placement,
        file: processedFile({ patientId, imageId }),
        status: 'ok',
        method: 'yolov5',
        reason: '',
        warnings: [],
        source: `${imageId}.jpg`,
        score: 1,
        seconds: undefined,
        sourceSha256: imageId.padStart(64, '0'),
        imageSha256: imageId.padStart(64, 'a'),
        preprocessHash: 'h',
      }),
    ),
  )
  // The network of fold k adds 100 k to all logits: scales of two folds have nothing to do with each other.
  for (const [arm, seed, fold, sign] of [
    ['random', 1, 0, 0],
    ['phantom', 1, 0, 1],
    ['phantom', 1, 1, 1],
    ['phantom', 2, 0, 1],
  ] as const) {
    const ofFold = images.filter((image) => image.fold === fold)
    const logits = Object.fromEntries(ofFold.map(({ imageId, cancer }) => [imageId, 100 * fold + sign * cancer]))
    const figure = { value: 0, low: 0, high: 0 }
    const counts = { recipe: 'r', epoch: 8, minutes: 2, load: 1, breasts: 40, positives: 10 }
    const line: StudyLine = { arm, seed, fold, ...counts, pooled: figure, withinMachines: figure, logits }
    addLine(folder, line)
  }
  return folder
}

it('areas are of the folds that are done, compared on those that both arms have, beside models without an image', async () => {
  const folder = await studyFolder()
  const figures = await studyFigures({ ...config, folds: 3 }, folder)
  expect(figures).toMatchObject({ breasts: 120, positives: 30, patients: 60, machines: 3, images: 120 })
  const [random, phantom] = figures.arms
  expect(random).toMatchObject({ folds: 1, seeds: 1, trainings: 1, withinMachines: { value: 0.5 }, difference: null })
  expect(phantom).toMatchObject({
    folds: 2,
    seeds: 1,
    trainings: 2,
    minutes: 4,
    breasts: 80,
    withinMachines: { value: 1 },
  })
  expect(phantom!.difference).toMatchObject({
    to: 'random weights',
    folds: 1,
    seeds: 1,
    withinMachines: { value: 0.5, low: 0.5 },
  })
  expect(figures.baselines.map(({ name }) => name)).toEqual(['age', 'age, site, machine, view, implant'])
  for (const { withinMachines } of figures.baselines) expect(withinMachines.value).toBeGreaterThan(0.6)

  const svg = drawStudy(figures)
  expect(svg).toContain('random weights (1 x 1)')
  expect(svg).not.toMatch(/NaN|undefined/)
  const page = '# R\n<!-- table: tools/dist/results/draw-results.js -->\nold\n<!-- end of the table -->\nEnd.'
  expect(withTable(page, figures)).toMatch(
    /\| phantom weights \| 2 x 1 \| 1\.000 .*\n\n<!-- end of the table -->\nEnd\.$/,
  )
})

it('docs/results.md and its figure show tools/results/figures.json', () => {
  const read = (path: string) => readFileSync(join(workspaceRoot, path), 'utf8')
  const figures: StudyFigures = JSON.parse(read('tools/results/figures.json'))
  const page = read('docs/results.md')
  expect(withTable(page, figures)).toBe(page)
  expect(read('docs/images/results.svg')).toBe(drawStudy(figures))
  expect(figures.description).toBe(config.description)
})

it('a line that a kill cut is no result, and the next one stands on a line of its own', async () => {
  const folder = await studyFolder()
  appendFileSync(join(folder, 'figures.jsonl'), '{"arm":"random","se')
  expect(readLines(folder)).toHaveLength(4)
  addLine(folder, readLines(folder)[0]!)
  expect(readLines(folder)).toHaveLength(5)
})
