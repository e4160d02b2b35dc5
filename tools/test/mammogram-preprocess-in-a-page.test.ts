/** mammogram-preprocess as a page has it: packed, installed beside onnxruntime-web, bundled by vite, and run in Chromium. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { renderPhantom } from '@mammokit/mammogram-phantom'
import { preprocessHash, preprocessImage } from '@mammokit/mammogram-preprocess'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDicom } from '../../packages/dicom-io/test/build-dicom.ts'
import { dicomFile } from '../../packages/mammogram-preprocess/test/dicom-file.ts'
import { type BundledPage, bundlePage } from '../src/browser/bundle-page.ts'
import { findChromium, runInChromium } from '../src/browser/run-in-chromium.ts'
import { installPacked } from '../src/packages/install-packed.ts'

/** Preprocesses what it finds in files.json, as bytes and as a blob, and posts what came of it. */
const code = `
import { PreprocessError, preprocessImage, previewImage } from '@mammokit/mammogram-preprocess/browser'

async function sha256(data) {
  const hash = await crypto.subtle.digest('SHA-256', data)
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

async function outcome(source, options) {
  try {
    const { image, score, header, ...rest } = await preprocessImage(source, options)
    return { score, rest: { ...rest, sha256: await sha256(image.data) } }
  } catch (error) {
    return { code: error.code, message: error.message, isOurs: error instanceof PreprocessError }
  }
}

async function main() {
  const results = []
  for (const name of await (await fetch('/files.json')).json()) {
    const bytes = new Uint8Array(await (await fetch('/files/' + name)).arrayBuffer())
    results.push({ name, bytes: await outcome(bytes), blob: await outcome(new Blob([bytes])) })
  }
  const bytes = new Uint8Array(await (await fetch('/files/left.dcm')).arrayBuffer())
  const preview = await sha256((await previewImage(bytes, { height: 200 })).image.data)
  return { results, preview, model: await outcome(bytes, { detector: { model: 'other.onnx' } }), path: await outcome('a.dcm') }
}

const body = await main().catch((error) => ({ thrown: String(error?.stack ?? error) }))
await fetch('/result', { method: 'POST', body: JSON.stringify(body) })
`

const chromium = findChromium()
let project: string
let page: BundledPage

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'mammokit-page-'))
  await installPacked(['@mammokit/mammogram-preprocess', 'onnxruntime-web'], project)
  page = await bundlePage(project, code)
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

describe('the bundle of a page', () => {
  it('imports nothing of Node.js, and neither sharp nor onnxruntime-node', () => {
    expect(page.scripts.size).toBeGreaterThan(0)
    for (const [name, script] of page.scripts) {
      expect(script, name).not.toMatch(/(?:from|import|import\(|require\()\s*["'`]node:/)
      expect(script, name).not.toMatch(/onnxruntime-node|createRequire\(|["'`]sharp["'`]/)
    }
  })

  it('warns of nothing in the packages of this workspace', () => {
    expect(page.warnings.filter((warning) => /@mammokit/.test(warning))).toEqual([])
  })
})

describe('a page in Chromium', () => {
  if (chromium === undefined) {
    it.skip('skipped: there is no chromium on this machine')
    return
  }

  it('gives the picture, warnings and hashes of Node.js for bytes and blobs, and refuses what is no mammogram', async () => {
    const files = inputs()
    const served = new Map([['/files.json', new TextEncoder().encode(JSON.stringify([...files.keys()]))]])
    for (const [name, bytes] of files) served.set(`/files/${name}`, bytes)
    const { results, preview, model, path } = (await runInChromium(chromium, page.folder, served)) as PageResult
    expect(results?.map(({ name }) => name)).toEqual([...files.keys()])
    for (const { name, bytes, blob } of results) {
      const here = await outcome(files.get(name)!)
      for (const there of [bytes, blob]) {
        expect(there.rest, name).toEqual(here.rest)
        if (name !== 'picture.png') expect(there.code, name).toBe(here.code)
        // Another build of ONNX Runtime adds in another order.
        if (here.score !== undefined) expect(there.score, name).toBeCloseTo(here.score, 4)
      }
    }
    const of = (name: string) => results.find((result) => result.name === name)!.bytes
    expect(of('left.dcm').rest).toMatchObject({ preprocessHash: preprocessHash({}), method: 'yolov5' })
    expect(of('report.dcm')).toMatchObject({ code: 'not-admitted', isOurs: true })
    expect(of('picture.png')).toMatchObject({ code: 'image-unreadable', isOurs: true })
    expect(preview).toMatch(/^[0-9a-f]{64}$/)
    expect(model).toMatchObject({ code: 'invalid-options', isOurs: true })
    expect(path).toMatchObject({ code: 'invalid-argument' })
  })
})

interface Outcome {
  readonly score?: number
  readonly rest?: object
  readonly code?: string
}

interface PageResult {
  readonly results: readonly { readonly name: string; readonly bytes: Outcome; readonly blob: Outcome }[]
  readonly preview: string
  readonly model: Outcome
  readonly path: Outcome
}

function inputs(): Map<string, Uint8Array> {
  const report = { '00080016 UI': '1.2.840.10008.5.1.4.1.1.88.33', '00080060 CS': 'SR' }
  return new Map([
    ['left.dcm', dicomFile({ width: 600, height: 800 })],
    ['right.dcm', dicomFile({ width: 500, height: 900, laterality: 'R', patientId: 'P2' })],
    ['phantom.pgm', pgm(renderPhantom({ laterality: 'L', view: 'CC', height: 640, patient: 3 }))],
    ['report.dcm', buildDicom(report)],
    ['picture.png', Uint8Array.from('\x89PNG\r\n\x1a\n', (one) => one.charCodeAt(0))],
  ])
}

/** 16 bits, big endian. */
function pgm({ data, width, height }: { data: Uint16Array; width: number; height: number }): Uint8Array {
  const header = new TextEncoder().encode(`P5 ${width} ${height} 65535\n`)
  const bytes = new Uint8Array(header.length + 2 * data.length)
  bytes.set(header)
  const view = new DataView(bytes.buffer, header.length)
  for (let at = 0; at < data.length; at++) view.setUint16(2 * at, data[at])
  return bytes
}

/** What the page says, said here. */
async function outcome(file: Uint8Array): Promise<Outcome> {
  try {
    const { image, score, header: _, ...rest } = await preprocessImage(file)
    return { score, rest: { ...rest, sha256: createHash('sha256').update(image.data).digest('hex') } }
  } catch (error) {
    return { code: (error as { code: string }).code }
  }
}
