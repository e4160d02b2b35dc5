/** roi-detector as a page has it: packed, installed beside onnxruntime-web, bundled by vite, and run in Chromium. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { renderPhantom, scanFilm } from '@mammokit/mammogram-phantom'
import { extractRoi, type GrayImage, resample } from '@mammokit/roi-detector'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BundledPage, bundlePage } from '../src/browser/bundle-page.ts'
import { findChromium, runInChromium } from '../src/browser/run-in-chromium.ts'
import { emptyPicture, invert } from '../src/detector/negative-pictures.ts'
import { installPacked } from '../src/packages/install-packed.ts'

/** Extracts and resamples what it finds in images.json, and posts what came of it. */
const code = `
import { extractRoi, resample } from '@mammokit/roi-detector/browser'

async function sha256(data) {
  const hash = await crypto.subtle.digest('SHA-256', data)
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function main() {
  const results = []
  for (const { name, width, height } of await (await fetch('/images.json')).json()) {
    const data = new Uint16Array(await (await fetch('/images/' + name)).arrayBuffer())
    const { image, score, ...rest } = await extractRoi({ data, width, height })
    const resampled = {}
    for (const kernel of ['lanczos3', 'lanczos2', 'cubic', 'linear']) {
      resampled[kernel] = await sha256(resample({ data, width, height }, 123, 234, kernel))
    }
    results.push({ name, score, outcome: { ...rest, sha256: await sha256(image.data), resampled } })
  }
  return results
}

const body = await main().catch((error) => ({ thrown: String(error?.stack ?? error) }))
await fetch('/result', { method: 'POST', body: JSON.stringify(body) })
`

const chromium = findChromium()
let project: string
let page: BundledPage

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'mammokit-page-'))
  await installPacked(['@mammokit/roi-detector', 'onnxruntime-web'], project)
  page = await bundlePage(project, code)
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

describe('the bundle of a page', () => {
  it('imports nothing of Node.js, and neither sharp nor onnxruntime-node', () => {
    expect(page.scripts.size).toBeGreaterThan(0)
    for (const [name, script] of page.scripts) {
      expect(script, name).not.toMatch(/(?:from|import|import\(|require\()\s*["'`]node:/)
      expect(script, name).not.toMatch(/onnxruntime-node|createRequire\(|\bsharp\b/)
    }
  })

  it('warns of nothing in roi-detector itself', () => {
    expect(page.warnings.filter((warning) => /@mammokit|roi-detector\//.test(warning))).toEqual([])
  })

  it("has the shipped model and ONNX Runtime's WebAssembly", () => {
    const assets = readdirSync(join(page.folder, 'assets')).map((name) => name.replace(/-[\w-]{8}\./, '.'))
    expect(assets).toContain('breast-yolov5n.onnx')
    expect(assets.some((name) => /^ort-wasm.*\.wasm$/.test(name))).toBe(true)
  })
})

describe('a page in Chromium', () => {
  if (chromium === undefined) {
    it.skip('skipped: there is no chromium on this machine')
    return
  }

  it('gives the bytes of Node.js for phantoms, a scanned film, a negative and an empty picture', async () => {
    const images = pictures()
    const list = [...images].map(([name, { width, height }]) => ({ name, width, height }))
    const files = new Map([['/images.json', new TextEncoder().encode(JSON.stringify(list))]])
    for (const [name, { data }] of images) files.set(`/images/${name}`, new Uint8Array(data.buffer))
    const results = (await runInChromium(chromium, page.folder, files)) as PageResult[]
    expect(results).toBeInstanceOf(Array)
    expect(results.map(({ name }) => name)).toEqual([...images.keys()])
    for (const { name, score, outcome } of results) {
      const here = await extract(images.get(name)!)
      expect(outcome, name).toEqual(here.outcome)
      // Another build of ONNX Runtime adds in another order.
      expect(score, name).toBeCloseTo(here.score, 4)
    }
  })
})

interface PageResult {
  readonly name: string
  readonly score: number
  readonly outcome: object
}

function pictures(): Map<string, GrayImage> {
  const left = renderPhantom({ laterality: 'L', view: 'CC', height: 640, patient: 3 })
  const right = renderPhantom({ laterality: 'R', view: 'MLO', height: 900, patient: 5 })
  const film = scanFilm({ ...right, laterality: 'R' }, { seed: 4 })
  const empty = emptyPicture(9, 1)
  return new Map<string, GrayImage>([
    ['left', left],
    ['right', right],
    ['film', film],
    ['negative', invert(left)],
    ['empty', empty],
  ])
}

/** What the page says, said here. */
async function extract(picture: GrayImage): Promise<Omit<PageResult, 'name'>> {
  const sha256 = (data: Uint16Array) => createHash('sha256').update(data).digest('hex')
  const { image, score, ...rest } = await extractRoi(picture)
  const kernels = ['lanczos3', 'lanczos2', 'cubic', 'linear'] as const
  const resampled = kernels.map((kernel) => [kernel, sha256(resample(picture, 123, 234, kernel))])
  return { score, outcome: { ...rest, sha256: sha256(image.data), resampled: Object.fromEntries(resampled) } }
}
