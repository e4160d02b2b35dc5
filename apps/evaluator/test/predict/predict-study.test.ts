import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeGrayPng, previewImage } from '@mammokit/mammogram-preprocess'
import { resultSchema } from '@mammokit/study-service'
import { readPredictions } from '@mammokit/training-run'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dicomFile } from '../../../../packages/mammogram-preprocess/test/dicom-file.ts'
import { exportRun, predict, predictStudy, select } from '../../src/index.ts'
import { makeTinyRun, type TinyRun } from '../tiny-run.ts'

const realMammogram = `${process.env.MAMMOKIT_TEST_DATA}/dicom/wg04/MG1_J2KI.dcm`
const program = fileURLToPath(new URL('../../bin/mammokit.js', import.meta.url))

let tiny: TinyRun
let selection: { epoch: number; checkpoint: string; threshold: number; checkpointHash: string; preprocessHash: string }
let model: string
beforeAll(async () => {
  tiny = await makeTinyRun()
  await predict({ data: tiny.data, run: tiny.run, threads: 1, workers: 1 })
  await select({ data: tiny.data, run: tiny.run, resamples: 10 })
  selection = JSON.parse(readFileSync(join(tiny.run, 'selection.json'), 'utf8'))
  ;({ model } = await exportRun({ data: tiny.data, run: tiny.run, threads: 1, workers: 1, images: 8 }))
})
afterAll(() => tiny.remove())

const fileOf = ({ patientId, imageId }: { patientId: string; imageId: string }) =>
  join(tiny.data, 'raw', 'train_images', patientId, `${imageId}.dcm`)

/** The folder of the first patient of the validation set, and what the run says of its images. */
async function firstPatient() {
  const { images } = await readPredictions(tiny.run, 'val', selection.epoch)
  const [{ patientId }] = images
  return {
    study: join(tiny.data, 'raw', 'train_images', patientId),
    images: images.filter((image) => image.patientId === patientId),
  }
}

const newOutput = (name: string) => join(tiny.run, 'out', name)

describe('predict --study', () => {
  test('a result within its own studies is no study, and keeps no overlay of files that are gone', async () => {
    const study = newOutput('own-result')
    const { study: first, images } = await firstPatient()
    cpSync(first, study, { recursive: true })
    const again = { run: tiny.run, study, output: study, dicomOut: join(study, 'dicom'), threads: 1 }
    const before = await predictStudy(again)
    expect(before.summary).toMatchObject({ files: images.length, imagesAnswered: images.length })
    expect((await predictStudy(again)).summary).toEqual(before.summary)

    rmSync(join(study, `${images[0].imageId}.dcm`))
    const { studies } = await predictStudy(again)
    const named = studies.flatMap((each) => each.images.map(({ heatmap }) => heatmap!.replace('overlays/', '')))
    expect(named).toHaveLength(images.length - 1)
    expect(readdirSync(join(study, 'overlays')).sort()).toEqual(named.sort())
  })

  test.each([
    [{ subset: 'test' }, 'subset'],
    [{ data: 'elsewhere' }, 'data'],
    [{ maxLeftOut: 0.5 }, 'max-left-out'],
    [{ workers: 77 }, 'workers'],
    [{ batchSize: 9 }, 'batch-size'],
  ] as const)('refuses %j, which means nothing beside --study', async (stray, flag) => {
    const asked = predictStudy({ run: tiny.run, study: 'nowhere', ...stray })
    await expect(asked).rejects.toThrow(`Expected --study without --${flag} but received both.`)
  })

  test('a file whose network cannot be loaded is refused, also where no image needs it', async () => {
    const broken = join(tiny.run, 'broken.onnx')
    // Of the same length, so that only the name of the operator is wrong.
    writeFileSync(broken, Buffer.from(readFileSync(model).toString('latin1').replaceAll('Conv', 'Cnvo'), 'latin1'))
    const study = join(tiny.run, 'no-image.json')
    writeFileSync(study, '{}')
    const output = newOutput('broken')
    const asked = predictStudy({ model: broken, study, output, threads: 1 })
    await expect(asked).rejects.toMatchObject({ code: 'not-a-model' })
    expect(existsSync(output)).toBe(false)
  })

  test('gives the same probabilities as the subset does for the same images, by run and by exported file, |delta| <= 1e-6 and 1e-4', async () => {
    const { study, images: expected } = await firstPatient()
    const { run } = tiny
    const byRun = await predictStudy({ run, study, output: newOutput('run'), threads: 1 })
    const byFile = await predictStudy({ model, study, output: newOutput('file'), threads: 1 })
    for (const [result, tolerance] of [
      [byRun, 1e-6],
      [byFile, 1e-4],
    ] as const) {
      expect(result.exitCode).toBe(0)
      expect(result.studies).toHaveLength(1)
      const { images, breasts, ...answer } = result.studies[0]
      expect(images).toHaveLength(expected.length)
      for (const { imageId, probability, laterality, view } of expected) {
        const found = images.find(({ file }) => file.endsWith(`${imageId}.dcm`))!
        expect(Math.abs(found.probability! - probability)).toBeLessThanOrEqual(tolerance)
        expect(found).toMatchObject({ laterality, view })
      }
      for (const { laterality, networkProbability, call } of breasts) {
        const views = expected.filter((image) => image.laterality === laterality)
        const mean = views.reduce((sum, { probability }) => sum + probability, 0) / views.length
        expect(Math.abs(networkProbability! - mean)).toBeLessThanOrEqual(tolerance)
        expect(call).toBe(mean >= selection.threshold ? 'suspicious' : 'not-suspicious')
      }
      expect(answer).toMatchObject({
        modelHash: selection.checkpointHash,
        preprocessHash: selection.preprocessHash,
        operatingPoint: { threshold: selection.threshold },
      })
    }
    expect(byRun.model).toMatchObject({ source: 'run', name: run, checkpoint: selection.checkpoint, fileSha256: null })
    expect(byFile.model).toMatchObject({ source: 'file', name: model, fileSha256: expect.any(String) })
  })

  test('writes result.json after its schema, the same bytes again apart from the clock', async () => {
    const { study } = await firstPatient()
    const texts = []
    for (const name of ['one', 'two']) {
      const { path } = await predictStudy({ model, study, output: newOutput(name), threads: 1 })
      const text = readFileSync(path, 'utf8')
      expect(path).toBe(join(newOutput(name), 'result.json'))
      resultSchema.parse(JSON.parse(text))
      texts.push(text.replace(/"createdAt": "[^"]*"/, ''))
    }
    expect(texts[0]).toBe(texts[1])
  })

  test('writes what the network saw of each image, with a heatmap, where the result says', async () => {
    const { study } = await firstPatient()
    const output = newOutput('overlays')
    const { studies } = await predictStudy({ model, study, output, threads: 1 })
    for (const { heatmap, imageId } of studies[0].images) {
      expect(heatmap).toBe(`overlays/${imageId}.png`)
      const { height, width, channels } = await sharp(join(output, heatmap!)).metadata()
      expect({ height, width, channels }).toEqual({ height: 64, width: 32, channels: 3 })
    }
  })

  test('--dicom-out writes a report and captures, and a late image a new report beside the old one', async () => {
    const { study, images } = await firstPatient()
    const dicomOut = newOutput('dicom-out')
    const options = { model, output: newOutput('with-dicom'), dicomOut, threads: 1 }
    const written = () =>
      readdirSync(dicomOut, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => name.slice(0, 2))
    const [first, ...others] = images.map(fileOf)
    await predictStudy({ ...options, study: first })
    expect(written().sort()).toEqual(['SC', 'SR'])
    const whole = await predictStudy({ ...options, study })
    expect(whole.studies[0].images).toHaveLength(others.length + 1)
    expect(written().sort()).toEqual([...images.map(() => 'SC'), 'SR', 'SR'])
    await predictStudy({ ...options, study })
    expect(written()).toHaveLength(images.length + 2)
  })

  test('answers by the demonstration network where there is no other, and says so', async () => {
    const { study } = await firstPatient()
    const lines: string[] = []
    const progress = { start() {}, update() {}, stop() {}, line: (text: string) => lines.push(text) }
    const result = await predictStudy({ study, output: newOutput('demonstration'), threads: 1 }, { progress })
    expect(result.model).toMatchObject({ source: 'demonstration', name: 'demonstration' })
    expect(result.studies[0].breasts[0].probability).toBeGreaterThan(0)
    expect(lines[0]).toContain('trained on phantoms alone')
  })

  test('of an epoch there is a probability, and no call', async () => {
    const { study } = await firstPatient()
    const { studies } = await predictStudy({ run: tiny.run, epoch: 1, study, output: newOutput('epoch'), threads: 1 })
    expect(studies[0].breasts[0]).toMatchObject({ call: null, operatingPoint: null, isCalibrated: false })
  })

  test('keeps two files of one name apart', async () => {
    const { images } = await readPredictions(tiny.run, 'val', 1)
    const study = join(tiny.data, 'same-names')
    for (const [index, image] of images.slice(0, 2).entries()) {
      mkdirSync(join(study, String(index)), { recursive: true })
      cpSync(fileOf(image), join(study, String(index), 'IM1'))
    }
    const result = await predictStudy({ model, study, output: newOutput('names'), threads: 1 })
    const found = result.studies.flatMap((one) => one.images)
    expect(new Set(found.map(({ imageId }) => imageId)).size).toBe(2)
    expect(found.every(({ probability }) => probability !== null)).toBe(true)
  })

  test('scores a PNG of the values of a DICOM file as that file, |delta| <= 1e-3', async () => {
    const [image] = (await readPredictions(tiny.run, 'val', 1)).images
    const png = join(tiny.run, 'image.png')
    writeFileSync(png, await encodeGrayPng((await previewImage(fileOf(image), { height: 10_000 })).image))
    const options = { model, threads: 1, laterality: image.laterality as 'L', view: image.view as 'CC' }
    const raster = { polarity: 'MONOCHROME2', bits: 16 } as const
    const first = await predictStudy({ ...options, study: fileOf(image), output: newOutput('dicom') })
    const second = await predictStudy({ ...options, study: png, raster, output: newOutput('png') })
    const [one, two] = [first, second].map(({ studies }) => studies[0].breasts[0].networkProbability!)
    expect(Math.abs(one - two)).toBeLessThanOrEqual(1e-3)
    expect(second.studies[0].breasts[0]).toMatchObject({ laterality: image.laterality, views: [image.view] })
  })

  test('needs a selection or an epoch of a run, and one model', async () => {
    const { run, study } = { run: tiny.copy().run, study: realMammogram }
    await expect(predictStudy({ run: join(run, 'nothing'), study })).rejects.toThrow('config.json')
    await expect(predictStudy({ run, model, study })).rejects.toThrow('Expected --run or --model but received both')
    await expect(predictStudy({ model, epoch: 1, study })).rejects.toThrow('Expected --run for --epoch 1')
    await expect(predictStudy({ model })).rejects.toThrow('Expected a file or folder for --study')
    await expect(predictStudy({ model: join(run, 'config.json'), study })).rejects.toMatchObject({
      code: 'not-a-model',
    })
    await expect(predictStudy({ model: 'no.onnx', study })).rejects.toMatchObject({ code: 'not-a-model' })
  })

  test('exits with 0 for an answer, 3 where a file could not be read, 4 without an answer, 2 for wrong usage', async () => {
    const { study } = await firstPatient()
    const refused = join(tiny.run, 'processing.dcm')
    writeFileSync(refused, dicomFile({ elements: { '00080068 CS': 'FOR PROCESSING' } }))
    const run = (...args: string[]) => {
      const env = { ...process.env, FORCE_COLOR: undefined }
      const shell = spawnSync(process.execPath, [program, 'predict', ...args], { encoding: 'utf8', env })
      return { status: shell.status, stdout: shell.stdout, stderr: shell.stderr }
    }
    const output = ['--output', newOutput('exit'), '--model', model, '--threads', '1']
    const whole = run('--study', study, ...output)
    expect(whole).toMatchObject({ status: 0, stderr: '' })
    expect(whole.stdout.match(/Not a medical device/g)).toHaveLength(1)
    const damaged = join(tiny.run, 'damaged.dcm')
    writeFileSync(damaged, readFileSync(refused).subarray(0, 4000))
    const partly = run('--study', study, damaged, ...output)
    expect(partly.status).toBe(3)
    expect(partly.stdout).toContain(`${damaged}: `)
    const none = run('--study', refused, ...output)
    expect(none.status).toBe(4)
    expect(none.stdout).toContain('Expected FOR PRESENTATION for Presentation Intent Type but received FOR PROCESSING.')
    expect(run('--study', refused, '--laterality', 'left', ...output).status).toBe(2)
    expect(run('--study', 'nothing.dcm', ...output)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Expected a file or folder at nothing.dcm but received ENOENT.'),
    })
  })

  test('admits what is asked for, with its warning', async () => {
    const study = join(tiny.run, 'asked.dcm')
    writeFileSync(study, dicomFile({ elements: { '00080068 CS': 'FOR PROCESSING' } }))
    const options = { model, study, output: newOutput('asked'), threads: 1, admission: { intent: 'warn' } } as const
    const { studies, exitCode } = await predictStudy(options)
    expect(studies[0].images[0].warnings).toContain('intent:for-processing')
    expect(exitCode).toBe(0)
  })

  test.skipIf(!existsSync(realMammogram))(
    'MAMMOKIT_TEST_DATA/dicom/wg04/MG1_J2KI.dcm: a real mammogram gives a probability between 0 and 1 for the breast that YOLOv5 finds',
    async () => {
      const options = { study: realMammogram, model, output: newOutput('real'), threads: 1 }
      const { studies } = await predictStudy({ ...options, laterality: 'L' })
      const [image] = studies[0].images
      expect(image.abstention).toBeNull()
      expect(image.region?.method).toBe('yolov5')
      expect(image.probability).toBeGreaterThan(0)
      expect(image.probability).toBeLessThan(1)
    },
  )
})
