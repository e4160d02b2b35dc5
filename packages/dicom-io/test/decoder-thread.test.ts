import type { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { readDicom } from '../src/index.ts'
import { createSampleFiles } from './sample-files.ts'

test('one thread decodes all frames; one that ends or fails while it waits is replaced when the next is asked for', async () => {
  const { bytes } = (await createSampleFiles()).find(({ name }) => name === 'RLE')!
  const image = await readDicom(bytes)
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
