import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { expect, test, vi } from 'vitest'
import { readDicom } from '../../src/index.ts'
import { createSampleFiles } from '../sample-files.ts'

test('one thread decodes all frames; one that ends or fails while it waits is replaced when the next is asked for', async () => {
  const { bytes } = (await createSampleFiles()).find(({ name }) => name === 'RLE')!
  // Another file's test may have started the thread of the modules that it shares with this one.
  vi.resetModules()
  const image = await (await import('../../src/index.ts')).readDicom(bytes)
  const threads: Worker[] = []
  const note = (thread: Worker) => threads.push(thread)
  process.on('worker', note)
  const first = await image.decodeFrame()
  expect(await Promise.all([image.decodeFrame(), image.decodeFrame()])).toEqual([first, first])
  expect(threads).toHaveLength(1)
  await threads[0]!.terminate()
  expect(await image.decodeFrame()).toEqual(first)
  expect(threads).toHaveLength(2)
  threads[1]!.emit('error', new Error('out of memory'))
  expect(await image.decodeFrame()).toEqual(first)
  expect(threads).toHaveLength(3)
  process.off('worker', note)
  await threads[1]!.terminate()
})

test('a frame from a file is the same in this thread and in another, in any order and at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dicom-io-'))
  try {
    for (const name of ['RLE', 'JPEG 2000']) {
      const sample = (await createSampleFiles()).find((one) => one.name === name)!
      const path = join(folder, 'sample.dcm')
      await writeFile(path, sample.bytes)
      const image = await readDicom(path)
      const levels = await image.resolutionLevels()
      const here = () => image.decodeFrame(0, { timeoutMs: Number.POSITIVE_INFINITY })
      const there = () => image.decodeFrame()
      const [first, ...others] = await Promise.all([here(), there(), here(), there(), there(), here()])
      for (const other of [...others, await there(), await here()]) expect(other).toEqual(first)
      expect(await image.resolutionLevels()).toBe(levels)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})
