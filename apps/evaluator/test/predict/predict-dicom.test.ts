import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeGrayPng, previewImage } from '@mammokit/mammogram-preprocess'
import { readPredictions } from '@mammokit/training-run'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dicomFile } from '../../../../packages/mammogram-preprocess/test/dicom-file.ts'
import { predict, predictDicom, select } from '../../src/index.ts'
import { makeTinyRun, type TinyRun } from '../tiny-run.ts'

const realMammogram = new URL('../../../../../shared/data/dicom/wg04/MG1_J2KI.dcm', import.meta.url).pathname

let tiny: TinyRun
beforeAll(async () => {
  tiny = await makeTinyRun()
  await predict({ data: tiny.data, run: tiny.run, threads: 1, workers: 1 })
})
afterAll(() => tiny.remove())

describe('predict --dicom', () => {
  test('gives the same probability as the subset does for the same image, |delta| <= 1e-6', async () => {
    const { data, run } = tiny
    const { images: rows } = await readPredictions(run, 'val', 2)
    for (const { patientId, imageId, probability } of rows.slice(0, 3)) {
      const dicom = join(data, 'raw', 'train_images', patientId, `${imageId}.dcm`)
      const single = await predictDicom({ run, dicom, epoch: 2, threads: 1 })
      expect(Math.abs(single.probability - probability)).toBeLessThanOrEqual(1e-6)
      expect(single).toMatchObject({ checkpoint: 'epoch-002' })
      expect(single).not.toHaveProperty('threshold')
      const picture = await sharp(single.picture).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer()
      const processed = sharp(join(data, 'processed', 'images', patientId, `${imageId}.png`)).toColourspace('grey16')
      expect(picture.equals(await processed.raw({ depth: 'ushort' }).toBuffer())).toBe(true)
    }
  })

  test('takes the selected checkpoint and tells the threshold', async () => {
    const { run, data } = tiny.copy()
    const { checkpoint, threshold } = await select({ data, run, resamples: 10 })
    const [patientId, imageId] = readFileSync(join(data, 'processed', 'manifest.csv'), 'utf8')
      .split('\n')[1]
      .split(',')
      .slice(0, 2)
      .reverse()
    const dicom = join(data, 'raw', 'train_images', patientId, `${imageId}.dcm`)
    const output = join(run, 'picture.png')
    expect(await predictDicom({ run, dicom, output, threads: 1 })).toMatchObject({
      checkpoint,
      threshold,
      picture: output,
    })
    expect((await sharp(output).metadata()).width).toBe(32)
  })

  test('keeps the pictures of two files of one name apart', async () => {
    const { run, data } = tiny
    const { images } = await readPredictions(run, 'val', 1)
    const pictures = await Promise.all(
      images.slice(0, 2).map(async ({ patientId, imageId }, i) => {
        const folder = join(data, `study-${i}`)
        mkdirSync(folder)
        cpSync(join(data, 'raw', 'train_images', patientId, `${imageId}.dcm`), join(folder, 'IM1'))
        return (await predictDicom({ run, dicom: join(folder, 'IM1'), epoch: 1, threads: 1 })).picture
      }),
    )
    expect(pictures[0]).not.toBe(pictures[1])
    expect(readFileSync(pictures[0]).equals(readFileSync(pictures[1]))).toBe(false)
  })

  test('scores a PNG of the values of a DICOM file as that file', async () => {
    const { run, data } = tiny
    const [{ patientId, imageId }] = (await readPredictions(run, 'val', 1)).images
    const dicom = join(data, 'raw', 'train_images', patientId, `${imageId}.dcm`)
    const png = join(run, 'image.png')
    writeFileSync(png, await encodeGrayPng((await previewImage(dicom, { height: 10_000 })).image))
    const raster = { polarity: 'MONOCHROME2', bits: 16 } as const
    const [first, second] = [
      await predictDicom({ run, epoch: 1, dicom, threads: 1 }),
      await predictDicom({ run, epoch: 1, dicom: png, raster, threads: 1 }),
    ]
    expect(Math.abs(first.probability - second.probability)).toBeLessThanOrEqual(1e-3)
  })

  test('asks for a selection or an epoch', async () => {
    await expect(predictDicom({ run: tiny.run, dicom: 'file.dcm' })).rejects.toThrow(
      'Select first: mammokit-evaluator select',
    )
    await expect(predictDicom({ run: tiny.run })).rejects.toThrow('Expected a file for --dicom')
  })

  test('names a file that is no DICOM file', async () => {
    await expect(predictDicom({ run: tiny.run, epoch: 1, dicom: join(tiny.run, 'config.json') })).rejects.toThrow(
      'config.json',
    )
    await expect(predictDicom({ run: tiny.run, epoch: 1, dicom: 'nothing.dcm' })).rejects.toThrow('nothing.dcm')
  })

  test('scores no image that is no mammogram for presentation, and one that is asked for with its warning', async () => {
    const { run } = tiny
    const processing = join(run, 'processing.dcm')
    writeFileSync(processing, dicomFile({ elements: { '00080068 CS': 'FOR PROCESSING' } }))
    const ct = join(run, 'ct.dcm')
    writeFileSync(ct, dicomFile({ elements: { '00080016 UI': '1.2.840.10008.5.1.4.1.1.2', '00080060 CS': 'CT' } }))
    const constant = join(run, 'constant.dcm')
    writeFileSync(constant, dicomFile({ constant: true }))
    for (const dicom of [processing, ct, constant]) {
      await expect(predictDicom({ run, epoch: 1, dicom, threads: 1 })).rejects.toMatchObject({ code: 'not-admitted' })
    }
    const asked = { run, epoch: 1, dicom: processing, threads: 1, admission: { intent: 'warn' } } as const
    expect((await predictDicom(asked)).warnings).toContain('intent:for-processing')
  })

  test.skipIf(!existsSync(realMammogram))(
    'shared/data/dicom/wg04/MG1_J2KI.dcm: a real mammogram gives a probability and its picture',
    async () => {
      const output = join(tiny.run, 'mg1.png')
      const { probability, method } = await predictDicom({
        run: tiny.run,
        epoch: 1,
        dicom: realMammogram,
        output,
        threads: 1,
      })
      expect(probability).toBeGreaterThan(0)
      expect(probability).toBeLessThan(1)
      expect(method).toBe('yolov5')
      const { channels } = await sharp(output).stats()
      expect(channels[0].mean).toBeGreaterThan(2000)
    },
  )
})
