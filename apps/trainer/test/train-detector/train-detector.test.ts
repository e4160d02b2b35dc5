import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { silentProgress } from '@mammokit/command-line'
import { loadYolov5Detector } from '@mammokit/roi-detector'
import { withFolderLock } from '@mammokit/training-run'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { trainDetector } from '../../src/train-detector/train-detector.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** Bright rectangles on black, a few with a bar beside them. */
async function smallSet(): Promise<string> {
  const folder = temporaryFolder()
  for (const subset of ['train', 'val']) {
    for (const kind of ['images', 'labels']) await mkdir(join(folder, kind, subset), { recursive: true })
    for (let i = 0; i < 4; i++) {
      const [width, height, w, h] = [48, 64, 20 + 3 * i, 30 + 4 * i]
      const data = new Uint16Array(width * height)
      for (let y = 8; y < 8 + h; y++) data.fill(30_000, y * width, y * width + w)
      const raw = { width, height, channels: 1 } as const
      await sharp(data, { raw })
        .toColourspace('grey16')
        .png()
        .toFile(join(folder, 'images', subset, `box-${i}.png`))
      const line = `0 ${w / 2 / width} ${(8 + h / 2) / height} ${w / width} ${h / height}\n`
      await writeFile(join(folder, 'labels', subset, `box-${i}.txt`), line)
    }
  }
  return folder
}

const small = { imageSize: 64, width: 0.03125, depth: 0.1, batchSize: 2, steps: 6, saveEvery: 2, lr: 1e-3 }

test('stopped and started again it writes the same detector as without a stop, and roi-detector loads it', async () => {
  const images = await smallSet()
  const config = (run: string) => parseConfig({ run: join(images, run), threads: 1, detector: { ...small, images } })
  const report = await trainDetector(config('whole'))
  expect(report.box).toMatchObject({ images: 4, worstIou: expect.any(Number), ap50: expect.any(Number) })

  const stop = new AbortController()
  const progress = { ...silentProgress, update: (done: number) => done === 3 && stop.abort() }
  await expect(trainDetector(config('twice'), { signal: stop.signal, progress })).rejects.toThrow()
  await trainDetector(config('twice'))
  const other = { ...config('twice'), detector: { ...config('twice').detector, lr: 2e-3 } }
  await expect(trainDetector(other)).rejects.toMatchObject({ code: 'run-differs' })
  const read = (run: string, file: string) => readFile(join(images, run, file))
  expect(await read('twice', 'detector.safetensors')).toEqual(await read('whole', 'detector.safetensors'))
  expect(await read('twice', 'detector.onnx')).toEqual(await read('whole', 'detector.onnx'))

  expect((await sharp(join(images, 'whole/worst-box.png')).metadata()).height).toBe(512)

  const detector = await loadYolov5Detector(join(images, 'whole/detector.onnx'))
  expect(detector).toMatchObject({ output: 'decoded', channels: 1, classes: 1, inputHeight: 64, fit: 'letterbox' })
  expect(detector.metadata.get('seed')).toBe('13')
  expect(detector.metadata.get('trainingImages')).toBe('{"box":4}')
  const pictures = [1, 2].map((seed) => ({ data: new Uint16Array(64 * 64).fill(seed), width: 64, height: 64 }))
  expect(await detector.detect(pictures)).toHaveLength(2)
  await detector.dispose()
})

test('a run in which another process trains is refused', async () => {
  const images = await smallSet()
  const run = join(images, 'run')
  const config = parseConfig({ run, threads: 1, detector: { ...small, images } })
  await withFolderLock(run, { doing: 'trains' }, async () => {
    await expect(trainDetector(config)).rejects.toMatchObject({ code: 'run-in-use', details: { pid: process.pid } })
  })
})

test('a folder without images and a label that is no label are named', async () => {
  const images = await smallSet()
  const train = (folder: string) =>
    trainDetector(parseConfig({ run: join(images, 'run'), detector: { ...small, images: folder } }))
  await expect(train(join(images, 'nothing'))).rejects.toThrow('Expected PNG images in')
  await writeFile(join(images, 'labels/train/box-1.txt'), '0 0.5 0.5 2 0.1\n')
  await expect(train(images)).rejects.toThrow("box-1.txt but received '0 0.5 0.5 2 0.1'")
})

test('a learning rate at which it diverges is an error, and no detector is written', async () => {
  const images = await smallSet()
  const run = join(images, 'diverged')
  const config = parseConfig({ run, threads: 1, detector: { ...small, images, lr: 1e9 } })
  const diverged = trainDetector(config)
  await expect(diverged).rejects.toMatchObject({ code: 'diverged' })
  await expect(diverged).rejects.toThrow(
    /with learning rate .* and the images box-\d, box-\d, but received .* lower detector\.lr|--lr 100000000/,
  )
  await expect(readFile(join(run, 'detector.onnx'))).rejects.toThrow('ENOENT')
})
