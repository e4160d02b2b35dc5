import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { slowJpeg2000 } from '../bomb-jpeg-2000.ts'
import { buildDicom, imageElements } from '../build-dicom.ts'
import { createSampleFiles } from '../sample-files.ts'

// Workers load the build: Node 20 cannot load TypeScript.
const library = new URL('../../dist/index.js', import.meta.url).href

const code = `
import { parentPort, workerData } from 'node:worker_threads'
import { createRequire } from 'node:module'
const { library, paths, options } = workerData
const { readDicom } = await import(library)
const loaded = () => Object.keys(createRequire(library).cache).filter((path) => /codec/.test(path)).length
const before = loaded()
const frames = []
for (const path of paths) {
  const image = await readDicom(path)
  parentPort.postMessage('opened')
  frames.push(await image.decodeFrame(0, options).then(
    ({ data, width, height }) => ({ data, width, height }),
    ({ code, details }) => ({ code, details }),
  ))
}
parentPort.postMessage({ frames, before, after: loaded() })
`

interface Answer {
  readonly frames: { data?: Uint16Array; width?: number; height?: number; code?: string; details?: { path?: string } }[]
  readonly before: number
  readonly after: number
}

let folder: string
/** A file of each kind. */
let paths: string[]
/** A frame that takes half a minute. */
let slow: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dicom-io-worker-'))
  const write = (name: string, bytes: Uint8Array) => {
    const path = join(folder, `${name}.dcm`)
    writeFileSync(path, bytes)
    return path
  }
  paths = (await createSampleFiles()).map(({ name, bytes }) => write(name, bytes))
  const pixelData = [slowJpeg2000(8000, 'irreversible')]
  const elements = imageElements(8000, 8000, { '00280101 US': [12], '00280102 US': [11] })
  slow = write('slow', buildDicom(elements, { transferSyntaxUid: '1.2.840.10008.1.2.4.91', pixelData }))
})
afterAll(() => rmSync(folder, { recursive: true }))

function start(paths: readonly string[], options: { timeoutMs?: number }): Worker {
  const url = new URL(`data:text/javascript,${encodeURIComponent(code)}`)
  return new Worker(url, { workerData: { library, paths, options } })
}

function nextMessage(worker: Worker, isWanted = (_: unknown) => true): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message) => isWanted(message) && resolve(message))
    worker.once('error', reject)
  })
}

/** What a worker thread answers that ends by itself. */
async function run(paths: readonly string[], options: { timeoutMs?: number } = {}): Promise<Answer> {
  const worker = start(paths, options)
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  const answer = await nextMessage(worker, (message) => message !== 'opened')
  expect(await ended).toBe(0)
  return answer as Answer
}

/** How much of the next 500 ms this process computes. */
async function cpuShare(): Promise<number> {
  const { user } = process.cpuUsage()
  await setTimeout(500)
  return (process.cpuUsage().user - user) / 500_000
}

describe('in place', () => {
  const options = { timeoutMs: Number.POSITIVE_INFINITY }

  test('decodes every transfer syntax in two worker threads at once, and loads decoders when first needed', async () => {
    const [first, second] = await Promise.all([run(paths, options), run([...paths].reverse(), options)])
    expect(first.before).toBe(0)
    expect(first.after).toBeGreaterThanOrEqual(4)
    expect(first.frames).toHaveLength(paths.length)
    expect(first.frames.filter(({ code }) => code)).toEqual([])
    expect(second.frames.reverse()).toEqual(first.frames)
  })
})

describe("in a thread of the worker thread's own", () => {
  test('decodes every transfer syntax as in place, and loads no decoder in the worker thread', async () => {
    const { frames, after } = await run(paths)
    expect(after).toBe(0)
    expect(frames).toEqual((await run(paths, { timeoutMs: Number.POSITIVE_INFINITY })).frames)
  })

  test('gives up a frame that takes longer than timeoutMs, and decodes the next as ever', async () => {
    const { frames } = await run([slow, paths.at(-1)!], { timeoutMs: 4000 })
    expect(frames).toMatchObject([{ code: 'limit', details: { path: slow } }, { width: 24 }])
  })

  test('that one may be ended at any moment of a decode: the process lives on, and nothing goes on computing', async () => {
    for (const delay of [0, 20, 40, 60, 80, 100, 150, 1000]) {
      const worker = start([slow], {})
      await nextMessage(worker)
      await setTimeout(delay)
      await worker.terminate()
    }
    // A decoder that went on would take its half a minute.
    await expect.poll(cpuShare, { timeout: 10_000 }).toBeLessThan(0.2)
  })
})
