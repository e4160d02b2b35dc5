import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { createSampleFiles } from './sample-files.ts'

// Workers load the build: Node 20 cannot load TypeScript.
const library = new URL('../dist/index.js', import.meta.url).href

const code = `
import { parentPort, workerData } from 'node:worker_threads'
import { createRequire } from 'node:module'
const { readDicom } = await import(workerData.library)
const loaded = () => Object.keys(createRequire(workerData.library).cache).filter((path) => /codec/.test(path)).length
const before = loaded()
const frames = []
for (const path of workerData.paths) {
  const { data, width, height } = await (await readDicom(path)).decodeFrame()
  frames.push({ data, width, height })
}
parentPort.postMessage({ frames, before, after: loaded() })
`

interface Answer {
  readonly frames: { data: Uint16Array; width: number; height: number }[]
  readonly before: number
  readonly after: number
}

test('decodes every transfer syntax in two worker threads at once, and loads decoders when first needed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dicom-io-worker-'))
  try {
    const files = await createSampleFiles()
    const paths = files.map(({ name, bytes }) => {
      const path = join(folder, `${name}.dcm`)
      writeFileSync(path, bytes)
      return path
    })
    const [first, second] = await Promise.all([run(paths), run([...paths].reverse())])
    expect(first.before).toBe(0)
    expect(first.after).toBeGreaterThanOrEqual(5)
    expect(first.frames).toHaveLength(files.length)
    expect(second.frames.reverse()).toEqual(first.frames)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function run(paths: readonly string[]): Promise<Answer> {
  const url = new URL(`data:text/javascript,${encodeURIComponent(code)}`)
  const worker = new Worker(url, { workerData: { library, paths } })
  return new Promise((resolve, reject) => {
    worker.once('message', (answer: Answer) => {
      worker.terminate().then(() => resolve(answer), reject)
    })
    worker.once('error', reject)
  })
}
