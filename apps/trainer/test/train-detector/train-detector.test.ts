import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { plainProgress, silentProgress } from '@mammokit/command-line'
import { loadYolov5Detector } from '@mammokit/roi-detector'
import { withFolderLock } from '@mammokit/training-run'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'
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

const last = 'checkpoints/step-6/detector.safetensors'

let images: string
let whole: string
beforeAll(async () => {
  images = await smallSet()
  whole = join(images, 'whole')
  const report = await trainDetector(configOf(whole))
  expect(report.box).toMatchObject({ images: 4, worstIou: expect.any(Number), ap50: expect.any(Number) })
})

const configOf = (run: string) => parseConfig({ run, threads: 1, detector: { ...small, images } })

/** What a run of the same settings says, where it ends with the bytes of the one that nothing disturbed. */
async function finish(run: string): Promise<string> {
  const lines: string[] = []
  await trainDetector(configOf(run), { progress: plainProgress((line) => lines.push(line)) })
  for (const file of [last, 'detector.onnx'])
    expect(await readFile(join(run, file))).toEqual(await readFile(join(whole, file)))
  expect(await readdir(join(run, 'checkpoints'))).toEqual(['step-4', 'step-6'])
  return lines.join('\n')
}

test('is a file that roi-detector loads, with what it was trained on', async () => {
  expect((await sharp(join(whole, 'worst-box.png')).metadata()).height).toBe(512)
  const detector = await loadYolov5Detector(join(whole, 'detector.onnx'))
  expect(detector).toMatchObject({ output: 'decoded', channels: 1, classes: 1, inputHeight: 64, fit: 'letterbox' })
  expect(detector.metadata.get('seed')).toBe('13')
  expect(detector.metadata.get('trainingImages')).toBe('{"box":4}')
  const pictures = [1, 2].map((seed) => ({ data: new Uint16Array(64 * 64).fill(seed), width: 64, height: 64 }))
  expect(await detector.detect(pictures)).toHaveLength(2)
  await detector.dispose()
})

test('stopped by a signal or an error after any step and started again, it is the same detector', async () => {
  const run = join(images, 'twice')
  const stop = new AbortController()
  const aborting = { ...silentProgress, update: (done: number) => done === 1 && stop.abort() }
  await expect(trainDetector(configOf(run), { signal: stop.signal, progress: aborting })).rejects.toThrow()
  expect(await readdir(join(run, 'checkpoints'))).toEqual(['step-1'])
  const fail = (done: number) => {
    if (done === 3) throw new Error('the terminal is gone')
  }
  const failing = trainDetector(configOf(run), { progress: { ...silentProgress, update: fail } })
  await expect(failing).rejects.toThrow('the terminal is gone')
  expect(await readdir(join(run, 'checkpoints'))).toEqual(['step-2', 'step-3'])
  expect(await finish(run)).toContain('Continuing after step 3')
  const other = { ...configOf(run), detector: { ...configOf(run).detector, lr: 2e-3 } }
  await expect(trainDetector(other)).rejects.toMatchObject({ code: 'run-differs' })
})

test('an altered checkpoint is passed over for the one before, and said', async () => {
  const run = join(images, 'altered')
  await cp(whole, run, { recursive: true })
  const bytes = await readFile(join(run, last))
  bytes[bytes.length - 1] ^= 1
  await writeFile(join(run, last), bytes)
  await mkdir(join(run, 'checkpoints/step-9.removing'))
  expect(await finish(run)).toMatch(
    /step-6.detector\.safetensors has SHA-256 \w{16}, not \w{16}; continuing from the checkpoint of step 4/,
  )
})

test('goes on from the checkpoint of version 0.1.0, which lies beside the result', async () => {
  const run = join(images, 'earlier')
  await mkdir(run)
  await cp(join(whole, 'checkpoints/step-4/detector.safetensors'), join(run, 'detector.safetensors'))
  expect(await finish(run)).toContain('Continuing after step 4')
  expect(await readdir(run)).not.toContain('detector.safetensors')
  await rm(join(run, 'checkpoints'), { recursive: true })
  await writeFile(join(run, 'detector.safetensors'), 'half')
  await expect(trainDetector(configOf(run))).rejects.toMatchObject({ code: 'input-invalid' })
})

test('a run in which another process trains is refused', async () => {
  const run = join(images, 'run')
  const config = configOf(run)
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
  const run = join(images, 'diverged')
  const config = parseConfig({ run, threads: 1, detector: { ...small, images, lr: 1e9 } })
  const diverged = trainDetector(config)
  await expect(diverged).rejects.toMatchObject({ code: 'diverged' })
  await expect(diverged).rejects.toThrow(
    /with learning rate .* and the images box-\d, box-\d, but received .* lower detector\.lr|--lr 100000000/,
  )
  await expect(readFile(join(run, 'detector.onnx'))).rejects.toThrow('ENOENT')
})
