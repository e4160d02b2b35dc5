import { readFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Model } from '@mammokit/mammogram-classifier'
import { describe, expect, test } from 'vitest'
import {
  type AnswerMemory,
  analyzeStudies,
  type Overlay,
  type Result,
  resultJsonSchema,
  resultSchema,
} from '../src/index.ts'
import { description, modelOf, temporaryFolder, viewFile, write, writeStudy } from './study-files.ts'

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const calibrated = (p: number) => sigmoid(Math.log(p / (1 - p)) - 1)

const imagesOf = (result: Result) => result.studies.flatMap(({ images }) => images)
const abstentionOf = (result: Result, file: string) =>
  imagesOf(result).find((image) => image.file === file)?.abstention ?? null

describe('analyzeStudies', () => {
  test('aggregates the views of a breast, compares with the threshold, then calibrates; a study has its higher breast', async () => {
    const folder = await temporaryFolder()
    await writeStudy(folder)
    const result = await analyzeStudies([folder], modelOf([0.9, 0.5, 0.2, 0.4]))
    expect(resultSchema.parse(result)).toEqual(result)
    const [{ breasts, images, ...study }] = result.studies
    expect(breasts.map(({ laterality, call, views }) => [laterality, call, views])).toEqual([
      ['L', 'suspicious', ['CC', 'MLO']],
      ['R', 'not-suspicious', ['CC', 'MLO']],
    ])
    expect(breasts[0].networkProbability).toBeCloseTo(0.7, 12)
    expect(breasts[0].probability).toBeCloseTo(calibrated(0.7), 12)
    expect(breasts[1].probability).toBeCloseTo(calibrated(0.3), 12)
    expect(breasts[0].operatingPoint?.threshold).toBe(0.5)
    expect(breasts[0].operatingPoint?.probability).toBeCloseTo(calibrated(0.5), 12)
    expect(study).toMatchObject({ probability: breasts[0].probability, call: 'suspicious', abstention: null })
    expect(study).toMatchObject({ patientId: 'P1', studyInstanceUid: '1.2.3.100', studyDate: '20260102' })
    expect(images.map(({ laterality, view, probability }) => [laterality, view, probability])).toEqual([
      ['L', 'CC', 0.9],
      ['L', 'MLO', 0.5],
      ['R', 'CC', 0.2],
      ['R', 'MLO', 0.4],
    ])
    for (const image of images) expect(image).toMatchObject({ call: null, operatingPoint: null, modelHash: 'c0ffee' })
    expect(result.summary).toEqual({
      files: 4,
      studies: 1,
      breasts: 2,
      breastsAnswered: 2,
      images: 4,
      imagesAnswered: 4,
      unreadable: 0,
    })
    expect(JSON.stringify(result).match(/Not a medical device/g)).toHaveLength(1)
  })

  test('a threshold holds for the network probability: calibration changes no call', async () => {
    const folder = await temporaryFolder()
    await writeStudy(folder)
    const { studies } = await analyzeStudies([folder], modelOf([0.5, 0.5, 0.499, 0.499]))
    expect(studies[0].breasts.map(({ call }) => call)).toEqual(['suspicious', 'not-suspicious'])
    expect(studies[0].breasts[0].probability).toBeLessThan(0.5)
  })

  test('where isotonic calibration makes breasts equal, the study has the heatmap of the one that is called', async () => {
    const folder = await temporaryFolder()
    await writeStudy(folder)
    const calibration = { method: 'isotonic', logOdds: [-2, 2], probabilities: [0.3, 0.3] } as const
    const model = (probabilities: readonly number[]) =>
      modelOf(probabilities, { decision: { ...description.decision!, calibration } })
    const writeOverlay = async (_: Overlay, { path }: { path: string }) => path
    for (const [probabilities, call] of [
      [[0.45, 0.45, 0.55, 0.55], 'suspicious'],
      [[0.35, 0.35, 0.45, 0.45], 'not-suspicious'],
    ] as const) {
      const [study] = (await analyzeStudies([folder], model(probabilities), { writeOverlay })).studies
      const [left, right] = study.breasts
      expect(left.probability).toBe(right.probability)
      expect(study).toMatchObject({ call, probability: right.probability, heatmap: right.heatmap })
      expect(right.heatmap).toContain('IM3')
    }
  })

  test('without a selection there is a probability, and no call', async () => {
    const folder = await temporaryFolder()
    await writeStudy(folder)
    const result = await analyzeStudies([folder], modelOf([0.9], { decision: null }))
    expect(resultSchema.parse(result).studies[0]).toMatchObject({ probability: 0.9, call: null, operatingPoint: null })
    expect(result.studies[0].breasts[0]).toMatchObject({ isCalibrated: false, call: null })
  })

  test('the same files give the same bytes in whatever order and folder they are found', async () => {
    const [one, two] = [await temporaryFolder(), await temporaryFolder()]
    const paths = await writeStudy(one)
    for (const [index, path] of paths.entries()) await copyFile(path, join(two, `z${9 - index}`))
    const now = new Date(0)
    const read = async (given: readonly string[]) => {
      // A model that answers by picture, not by order.
      const model = { ...modelOf([]), classify: async ({ data }: { data: Uint16Array }) => data[32 * 32]! / 65_535 }
      const result = await analyzeStudies(given, model, { now })
      return JSON.stringify(result).replaceAll(/"file":"[^"]*"/g, '')
    }
    const first = await read([one])
    expect(await read([...paths].reverse())).toBe(first)
    expect(await read([two])).toBe(first)
  })

  test('keeps studies and patients apart, whatever their ids are joined of', async () => {
    const folder = await temporaryFolder()
    const groups = [
      { patientId: 'A', study: '1.2' },
      { patientId: 'A', study: '1.3' },
      { patientId: 'B', study: '1.2' },
      { patientId: 'A","1.2', study: '1.2' },
    ]
    for (const [index, group] of groups.entries())
      await writeStudy(join(folder, String(index)), { ...group, seed: 10 * index })
    const { studies } = await analyzeStudies([folder], modelOf([0.1]))
    expect(studies).toHaveLength(4)
    expect(new Set(studies.map(({ studyId }) => studyId)).size).toBe(4)
    for (const { images, studyId, patientId } of studies) {
      expect(images).toHaveLength(4)
      expect(studyId).not.toContain(patientId)
    }
  })

  test('refuses what is no 2-D mammogram for presentation with the check, and answers the breast by the rest', async () => {
    const folder = await temporaryFolder()
    await writeStudy(folder)
    const odd = {
      'ct.dcm': { '00080016 UI': '1.2.840.10008.5.1.4.1.1.2', '00080060 CS': 'CT' },
      'processing.dcm': { '00080068 CS': 'FOR PROCESSING' },
      'c-view.dcm': { '00080008 CS': 'DERIVED\\PRIMARY\\\\GENERATED_2D' },
      'spot.dcm': { '00185101 CS': 'SMLO' },
      'frames.dcm': { '00280008 IS': '2' },
    }
    let seed = 50
    for (const [name, elements] of Object.entries(odd))
      await write(join(folder, name), viewFile({ seed: ++seed, elements }))
    const result = await analyzeStudies([folder], modelOf([0.1]))
    const checks = Object.keys(odd).map((name) => abstentionOf(result, join(folder, name)))
    expect(checks.map((abstention) => [abstention?.code, abstention?.check])).toEqual([
      ['not-admitted', 'sopClass'],
      ['not-admitted', 'intent'],
      ['not-admitted', 'derived'],
      ['not-admitted', 'spot'],
      ['not-admitted', 'frames'],
    ])
    expect(result.studies[0].breasts[0]).toMatchObject({ views: ['CC', 'MLO'], abstention: null })
    expect(result.studies[0].breasts[0].warnings).toEqual(['images:5-left-out'])
    expect(result.summary).toMatchObject({ images: 9, imagesAnswered: 4, unreadable: 0 })
  })

  test('admits a synthesized view, one for processing and a frame where they are asked for', async () => {
    const folder = await temporaryFolder()
    await write(
      join(folder, 'a'),
      viewFile({ seed: 1, elements: { '00080008 CS': 'DERIVED\\PRIMARY\\\\GENERATED_2D' } }),
    )
    await write(join(folder, 'b'), viewFile({ seed: 2, elements: { '00080068 CS': 'FOR PROCESSING' } }))
    const admission = { derived: 'warn', intent: 'warn' } as const
    const images = imagesOf(await analyzeStudies([folder], modelOf([0.1]), { admission }))
    expect(images.map(({ probability }) => probability)).toEqual([0.1, 0.1])
    expect(images.flatMap(({ warnings }) => warnings)).toEqual(
      expect.arrayContaining(['derived:synthetic', 'intent:for-processing']),
    )
  })

  test('a breast whose images are all refused has no answer, and the study none unless the other breast is called', async () => {
    for (const [probability, call, code] of [
      [0.9, 'suspicious', undefined],
      [0.1, null, 'breast-abstained'],
    ] as const) {
      const folder = await temporaryFolder()
      await write(join(folder, 'l'), viewFile({ seed: 1 }))
      const elements = { '00080068 CS': 'FOR PROCESSING' }
      await write(join(folder, 'r'), viewFile({ seed: 2, laterality: 'R', elements }))
      const { studies, summary } = await analyzeStudies([folder], modelOf([probability]))
      expect(studies[0].breasts[1]).toMatchObject({ probability: null, call: null, abstention: { code: 'no-image' } })
      expect(studies[0].call).toBe(call)
      expect(studies[0].abstention?.code).toBe(code)
      expect(studies[0].warnings).toContain('breast:r-abstained')
      expect(summary).toMatchObject({ breasts: 2, breastsAnswered: 1 })
    }
  })

  test('says how many images are of an unknown side, and where the network gives no heatmap', async () => {
    const folder = await temporaryFolder()
    await write(join(folder, 'a.dcm'), viewFile({ seed: 1 }))
    await write(join(folder, 'b.dcm'), viewFile({ seed: 2, elements: { '00200062 CS': '' } }))
    const model = { ...modelOf([]), explain: async () => ({ probability: 0.1, map: null }) }
    const writeOverlay = async () => 'never'
    const [study] = (await analyzeStudies([folder], model, { writeOverlay })).studies
    expect(study.warnings).toEqual(['breast:no-r', 'images:1-of-unknown-side'])
    expect(study.images[0]).toMatchObject({ probability: 0.1, heatmap: null })
    expect(study.images[0].warnings).toContain('heatmap:none')
  })

  test('says which view and which breast are missing', async () => {
    const folder = await temporaryFolder()
    await write(join(folder, 'a'), viewFile())
    const [study] = (await analyzeStudies([folder], modelOf([0.1]))).studies
    expect(study.warnings).toEqual(['breast:no-r'])
    expect(study.breasts[0].warnings).toEqual(['view:no-mlo'])
  })

  test('uses a copy once: by its bytes, and by its SOP Instance UID and pixels', async () => {
    const folder = await temporaryFolder()
    await write(join(folder, 'a'), viewFile({ seed: 1 }))
    await write(join(folder, 'b'), viewFile({ seed: 1 }))
    await write(join(folder, 'c'), viewFile({ seed: 1, elements: { '00081030 LO': 'another header' } }))
    const model = modelOf([0.1])
    const frames: string[] = []
    const result = await analyzeStudies([folder], model, { onFrame: (_, { path }) => frames.push(path) })
    expect([model.asked, frames.length]).toEqual([1, 1])
    const copies = imagesOf(result).filter(({ abstention }) => abstention?.code === 'duplicate')
    expect(copies).toHaveLength(2)
    for (const { abstention } of copies) expect(abstention?.reason).toContain(frames[0])
    expect(result.studies[0].breasts[0].imageIds).toHaveLength(1)
    expect(result.studies[0].breasts[0].warnings).toEqual(['view:no-mlo'])
  })

  test('answers images of one SOP Instance UID that differ in side, view or pixels, and warns of each', async () => {
    const folder = await temporaryFolder()
    const sopInstanceUid = '1.2.3.9'
    const views = [
      { laterality: 'L', view: 'CC' },
      { laterality: 'L', view: 'MLO' },
      { laterality: 'R', view: 'CC' },
      { laterality: 'R', view: 'MLO' },
      { laterality: 'R', view: 'MLO', seed: 2 },
    ] as const
    for (const [index, view] of views.entries())
      await write(join(folder, `${index}.dcm`), viewFile({ ...view, sopInstanceUid }))
    const answers: AnswerMemory = new Map()
    for (const _ of ['anew', 'with earlier answers']) {
      const result = await analyzeStudies([folder], modelOf([0.1]), { answers })
      expect(result.summary).toMatchObject({ images: 5, imagesAnswered: 5, breastsAnswered: 2 })
      for (const { warnings } of imagesOf(result)) expect(warnings).toEqual(['uid:shared'])
      for (const { warnings } of result.studies[0].breasts) expect(warnings).toEqual(['uid:shared'])
    }
  })

  test('a picture for another side is another image, though its bytes are the same', async () => {
    const folder = await temporaryFolder()
    const values = Array.from({ length: 64 * 64 }, (_, i) => (i % 64 < 40 ? 100 + ((i * 7) % 64) : i % 5))
    for (const name of ['L_CC.pgm', 'R_CC.pgm']) await write(join(folder, name), `P2 64 64 255\n${values.join(' ')}`)
    const result = await analyzeStudies([folder], modelOf([0.1]))
    expect(result.studies[0].breasts.map(({ laterality, probability }) => [laterality, probability !== null])).toEqual([
      ['L', true],
      ['R', true],
    ])
    for (const { warnings } of imagesOf(result)) expect(warnings).toContain('bytes:shared')
  })

  test('a damaged file stands for no copy: the whole one with the same SOP Instance UID is used', async () => {
    const folder = await temporaryFolder()
    const whole = viewFile({ seed: 1 })
    await write(join(folder, 'whole'), whole)
    // Copies are taken in the order of their hashes: some of these come before the whole file, some after it.
    for (const cut of [1000, 2000, 3000, 4000, 5000, 6000])
      await write(join(folder, `cut-${cut}`), whole.subarray(0, whole.length - cut))
    const result = await analyzeStudies([folder], modelOf([0.1]))
    expect(abstentionOf(result, join(folder, 'whole'))).toBeNull()
    expect(result.studies[0].breasts[0]).toMatchObject({ networkProbability: 0.1, views: ['CC'] })
    expect(result.studies[0].breasts[0].warnings).toEqual(['view:no-mlo', 'images:6-left-out'])
    const codes = imagesOf(result).map(({ abstention }) => abstention?.code)
    expect(new Set(codes)).toEqual(new Set(['unreadable', undefined]))
  })

  test('goes on after damaged files and names each; other files are listed, none is lost', async () => {
    const folder = await temporaryFolder()
    const paths = await writeStudy(folder)
    const whole = readFileSync(paths[0])
    await write(join(folder, 'cut.dcm'), viewFile({ seed: 40 }).subarray(0, whole.length - 5000))
    await write(join(folder, 'empty.dcm'), '')
    await write(join(folder, 'damaged.png'), Buffer.from('\x89PNG\r\n\x1a\n, and no more', 'latin1'))
    await write(join(folder, 'report.txt'), 'Not an image.')
    const result = await analyzeStudies([folder], modelOf([0.1]))
    expect(resultSchema.parse(result)).toEqual(result)
    expect(abstentionOf(result, join(folder, 'cut.dcm'))?.code).toBe('unreadable')
    expect(abstentionOf(result, join(folder, 'damaged.png'))?.code).toBe('unreadable')
    const others = result.otherFiles.map(({ file, code }) => [file, code])
    expect(others).toEqual([
      [join(folder, 'empty.dcm'), 'unreadable'],
      [join(folder, 'report.txt'), 'not-an-image'],
    ])
    expect(result.summary).toMatchObject({ files: 8, images: 6, imagesAnswered: 4, breastsAnswered: 2, unreadable: 3 })
    expect(result.summary.files).toBe(result.summary.images + result.otherFiles.length)
  })

  test('refuses a model of other preprocessing than this version makes, naming both hashes', async () => {
    const folder = await temporaryFolder()
    await write(join(folder, 'a'), viewFile())
    await expect(analyzeStudies([folder], modelOf([0.1], { preprocessHash: 'another' }))).rejects.toMatchObject({
      code: 'preprocess-mismatch',
      details: { expected: 'another', received: description.preprocessHash },
    })
  })

  test('gives what the network saw with its heatmap, and names what was written: for images, breasts and studies', async () => {
    const folder = await temporaryFolder()
    await writeStudy(folder)
    const overlays: Overlay[] = []
    const writeOverlay = async (overlay: Overlay) => `overlays/${overlays.push(overlay)}.png`
    const { studies } = await analyzeStudies([folder], modelOf([0.1, 0.2, 0.9, 0.4]), { writeOverlay })
    expect(studies[0].images.map(({ heatmap }) => heatmap)).toEqual([1, 2, 3, 4].map((n) => `overlays/${n}.png`))
    expect(studies[0].breasts.map(({ heatmap }) => heatmap)).toEqual(['overlays/2.png', 'overlays/3.png'])
    expect(studies[0].heatmap).toBe('overlays/3.png')
    const [{ imageId, height, width, rgba }] = overlays
    expect({ imageId, height, width, length: rgba.length }).toEqual({
      imageId: studies[0].images[0].imageId,
      height: 64,
      width: 32,
      length: 64 * 32 * 4,
    })
    // The strongest cell is centered on pixel (16.5, 0.5), which is air and keeps its gray, as does the opposite corner; the breast below is tinted.
    const tint = (y: number) => rgba[(y * width + 16) * 4]! - rgba[(y * width + 16) * 4 + 2]!
    expect(tint(0)).toBe(0)
    expect(tint(6)).toBeGreaterThan(20)
    expect(new Set(rgba.slice(-4, -1)).size).toBe(1)
  })

  test('stops between two images when it is asked to', async () => {
    const folder = await temporaryFolder()
    await writeStudy(folder)
    const stop = new AbortController()
    const onImage = (done: number) => done === 2 && stop.abort()
    const model = modelOf([0.1])
    await expect(analyzeStudies([folder], model, { onImage, signal: stop.signal })).rejects.toThrow('aborted')
    expect(model.asked).toBe(2)
  })

  test('prepares the first images of the next study while the network looks at the last one of a study', async () => {
    const folder = await temporaryFolder()
    for (const n of [1, 2])
      await write(join(folder, `IM${n}`), viewFile({ study: `1.2.3.${n}`, seed: n, sopInstanceUid: `1.2.${n}` }))
    let onSecond = () => {}
    const secondIsPrepared = new Promise<void>((resolve) => (onSecond = resolve))
    let prepared = 0
    const model = modelOf([0.1])
    const waiting = {
      ...model,
      async classify(image: Parameters<typeof model.classify>[0]) {
        await Promise.race([secondIsPrepared, setTimeout(10_000, undefined, { ref: false })])
        expect(prepared).toBe(2)
        return model.classify(image)
      },
    }
    const { studies } = await analyzeStudies([folder], waiting, { onFrame: () => ++prepared === 2 && onSecond() })
    expect(studies.map(({ images }) => images.length)).toEqual([1, 1])
  })

  test('reads files while a model is being opened, whose error is its own', async () => {
    const folder = await temporaryFolder()
    await writeStudy(folder)
    const model = modelOf([0.9, 0.5, 0.2, 0.4])
    const now = new Date(0)
    const opening = setTimeout(20, model)
    expect(await analyzeStudies([folder], opening, { now })).toEqual(
      await analyzeStudies([folder], modelOf([0.9, 0.5, 0.2, 0.4]), { now }),
    )
    await expect(analyzeStudies([folder], Promise.reject(new Error('no network')))).rejects.toThrow('no network')
    await expect(analyzeStudies(['nowhere'], Promise.reject(new Error('no network')))).rejects.toThrow('nowhere')
  })

  test('stops while a model is being opened', async () => {
    const folder = await temporaryFolder()
    await writeStudy(folder)
    const stop = new AbortController()
    const asked = analyzeStudies([folder], new Promise<Model>(() => {}), { signal: stop.signal })
    stop.abort()
    await expect(asked).rejects.toThrow('aborted')
  })
})

test('result.schema.json is the schema of this version', () => {
  const published = readFileSync(new URL('../result.schema.json', import.meta.url), 'utf8')
  expect(JSON.parse(published)).toEqual(resultJsonSchema())
})
