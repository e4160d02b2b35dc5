/** dicom-io as a page has it: packed, installed without anything beside it, bundled by vite, and run in Chromium. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDicom } from '@mammokit/dicom-io'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { slowJpeg2000 } from '../../packages/dicom-io/test/bomb-jpeg-2000.ts'
import { buildDicom, imageElements } from '../../packages/dicom-io/test/build-dicom.ts'
import { createSampleFiles } from '../../packages/dicom-io/test/sample-files.ts'
import { type BundledPage, bundlePage } from '../src/browser/bundle-page.ts'
import { findChromium, runInChromium } from '../src/browser/run-in-chromium.ts'
import { installPacked } from '../src/packages/install-packed.ts'

/** Decodes what it finds in files.json, in a web worker and in the page itself, and posts what came of it. */
const code = `
import { DicomError, readDicom } from '@mammokit/dicom-io/browser'

async function outcome(source, options) {
  try {
    const image = await readDicom(source)
    const { data, width, height } = await image.decodeFrame(0, options)
    const hash = await crypto.subtle.digest('SHA-256', data)
    const sha256 = [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    return { sha256, type: data.constructor.name, width, height }
  } catch (error) {
    return error instanceof DicomError ? { code: error.code, message: error.message } : { thrown: String(error) }
  }
}

const results = []
for (const name of await (await fetch('/files.json')).json()) {
  const bytes = new Uint8Array(await (await fetch('/files/' + encodeURIComponent(name))).arrayBuffer())
  results.push({
    name,
    worker: await outcome(bytes),
    page: await outcome(bytes, { timeoutMs: Infinity }),
    blob: await outcome(new Blob([bytes])),
  })
}
const path = await outcome('image.dcm')
const slow = new Uint8Array(await (await fetch('/slow')).arrayBuffer())
const ended = await outcome(slow, { timeoutMs: 1000 })
const next = new Uint8Array(await (await fetch('/files/' + results[0].name)).arrayBuffer())
const afterward = await outcome(next)
await fetch('/result', { method: 'POST', body: JSON.stringify({ results, path, ended, afterward }) })
`

const chromium = findChromium()
const testData = `${process.env.MAMMOKIT_TEST_DATA}/dicom/`
let project: string
let page: BundledPage

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'mammokit-page-'))
  await installPacked(['@mammokit/dicom-io'], project)
  page = await bundlePage(project, code)
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

describe('the bundle of a page', () => {
  it('imports nothing of Node.js, and asks for no other script than its own', () => {
    expect(page.scripts.size).toBeGreaterThan(5)
    for (const [name, script] of page.scripts) {
      expect(script, name).not.toMatch(/(?:from|import|import\(|require\()\s*["'`]node:/)
      expect(script, name).not.toMatch(/worker_threads|createRequire\(/)
    }
  })

  it('warns of nothing in dicom-io itself', () => {
    expect(page.warnings.filter((warning) => /@mammokit|dicom-io\//.test(warning))).toEqual([])
  })

  it('has the WebAssembly of every decoder, and the web worker', () => {
    const assets = readdirSync(join(page.folder, 'assets'))
    const names = assets.map((name) => name.replace(/-[\w-]{8}\./, '.'))
    for (const wasm of [
      'charlswasm_decode',
      'dcmjs-native-codecs',
      'jpegxlwasm_decode',
      'kernels',
      'libjpegturbowasm_decode',
    ])
      expect(names).toContain(`${wasm}.wasm`)
    for (const wasm of ['openjpegwasm_decode', 'openjphjs']) expect(names).toContain(`${wasm}.wasm`)
    expect(names).toContain('decoder-worker.browser.js')
  })
})

describe('a page in Chromium', () => {
  if (chromium === undefined) {
    it.skip('skipped: there is no chromium on this machine')
    return
  }

  it('decodes a file of each codec to the values that Node.js gives, fails with the same errors, and ends what takes too long', async () => {
    const samples = await filesOfAllCodecs()
    const paths = [...samples].map(([name, bytes]) => [`/files/${encodeURIComponent(name)}`, bytes] as const)
    const list = new TextEncoder().encode(JSON.stringify([...samples.keys()]))
    const files = new Map([['/files.json', list], ['/slow', slowFile()], ...paths])
    const { results, path, ended, afterward } = (await runInChromium(chromium, page.folder, files)) as PageResult
    expect(results.map(({ name }) => name)).toEqual([...samples.keys()])
    for (const { name, ...inPage } of results) {
      const here = await outcome(samples.get(name)!)
      expect(inPage, name).toEqual({ worker: here, page: here, blob: here })
    }
    expect(path).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('image.dcm') })
    expect(ended).toMatchObject({ code: 'limit', message: expect.stringContaining('1000 ms') })
    expect(afterward).toEqual(results[0].worker)
  })
})

interface PageResult {
  readonly results: readonly {
    readonly name: string
    readonly worker: object
    readonly page: object
    readonly blob: object
  }[]
  readonly path: object
  readonly ended: object
  readonly afterward: object
}

/** 64 megapixels that no machine decodes in a second. */
function slowFile(): Uint8Array {
  const elements = imageElements(8000, 8000, { '00280101 US': [12], '00280102 US': [11] })
  return buildDicom(elements, { transferSyntaxUid: '1.2.840.10008.1.2.4.90', pixelData: [slowJpeg2000(8000)] })
}

/** Small files of our own, each also damaged at its end, and real ones where they are on this machine. */
async function filesOfAllCodecs(): Promise<Map<string, Uint8Array>> {
  const samples = await createSampleFiles()
  const damaged = samples.map(({ name, bytes }) => {
    return { name: `${name}, damaged`, bytes: bytes.slice().fill(0x55, bytes.length - 60, bytes.length - 40) }
  })
  const real = existsSync(testData) ? ['cornerstone_ctimage', 'wg04'].flatMap(filesIn) : []
  return new Map([...samples, ...damaged, ...real].map(({ name, bytes }) => [name, bytes]))
}

function filesIn(folder: string) {
  const names = readdirSync(join(testData, folder)).filter((name) => name.endsWith('.dcm'))
  return names.map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(testData, folder, name))) }))
}

/** What the page says, said here. */
async function outcome(bytes: Uint8Array): Promise<object> {
  try {
    const { data, width, height } = await (await readDicom(bytes)).decodeFrame()
    const sha256 = createHash('sha256').update(data).digest('hex')
    return { sha256, type: data.constructor.name, width, height }
  } catch (error) {
    const { code, message } = error as Error & { readonly code: string }
    return { code, message }
  }
}
