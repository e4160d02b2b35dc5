/** The evaluator's page as a static server has it, in Chromium: the result of `predict --study`, without a request, for everyone. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demonstrationModelPath } from '@mammokit/mammogram-classifier'
import { renderPhantom } from '@mammokit/mammogram-phantom'
import type { Result } from '@mammokit/study-service'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { predictStudy } from '../../apps/evaluator/src/predict/predict-study.ts'
import { buildStudyPage } from '../src/browser/build-study-page.ts'
import { type ChromiumPage, openChromium } from '../src/browser/chromium-page.ts'
import { findChromium } from '../src/browser/run-in-chromium.ts'
import { type FolderServer, serveFolder } from '../src/browser/serve-folder.ts'

const chromium = findChromium()
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const isReady = `document.getElementById('status')?.textContent.startsWith('Ready')`
const isAnswered = `/answered in/.test(document.getElementById('status').textContent)`

let folder: string
let server: FolderServer
let page: ChromiumPage
beforeAll(async () => {
  if (!chromium) return
  folder = mkdtempSync(join(tmpdir(), 'study-page-'))
  await buildStudyPage(join(folder, 'page'))
  server = await serveFolder(join(folder, 'page'), '/any/where/')
  page = await openChromium(chromium)
})
afterAll(async () => {
  await page?.close()
  await server?.close()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(chromium === undefined)('the page in Chromium', () => {
  it('is ready, has threads on a server that does not isolate it, and asks for nothing after that', async () => {
    await page.send('Page.navigate', { url: server.address })
    await page.waitFor(isReady)
    expect(await page.evaluate('document.getElementById("status").textContent')).toContain('without a network')
    expect(await page.evaluate('crossOriginIsolated')).toBe(true)
    expect(server.requests.every((path) => path.startsWith('/any/where/'))).toBe(true)
    await page.send('Network.enable')
    await openPast({ bypass: true })
    // Without the service worker's header, by the page's own tag: not even another port of this machine.
    const directive = await page.evaluate<string>(`new Promise((resolve) => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective))
      fetch('http://127.0.0.1:9/').catch(() => setTimeout(resolve, 2000, 'none'))
    })`)
    expect(directive).toBe('connect-src')
    // Chromium may show the page again that it kept from before its service worker.
    await page.send('Page.reload', { ignoreCache: true })
    await page.waitFor(isReady, 60_000)
    await openPast({ bypass: false })
    // Taken away: whatever is asked for from now on fails.
    await server.close()
  })

  it('refuses a file that is no exported model with the reason, and takes one that is', async () => {
    const other = join(folder, 'other.onnx')
    writeFileSync(other, 'no model')
    await setFiles('model-file', [other])
    await page.waitFor(`/mammokit.kind .* other.onnx/.test(document.querySelector('.status.failed')?.textContent)`)
    const model = join(folder, 'mine.onnx')
    copyFileSync(demonstrationModelPath(), model)
    await setFiles('model-file', [model])
    await page.waitFor(`document.getElementById('model').textContent.startsWith('Model: mine.onnx')`)
  })

  it('gives result.json of predict --study to 1e-4 while it stays responsive, and a bad file stops no other', async () => {
    const files = await inputFiles()
    await page.evaluate('window.ticks = 0; setInterval(() => window.ticks++, 50); undefined')
    await setFiles('files', files)
    await page.waitFor(isAnswered)
    expect(await page.evaluate('window.ticks')).toBeGreaterThan(10)
    const there = await savedResult()
    const here: Result = await predictStudy({
      study: files,
      model: join(folder, 'mine.onnx'),
      output: join(folder, 'node'),
      threads: 1,
    })
    expect(there.summary).toEqual(here.summary)
    expect(there.summary).toMatchObject({ imagesAnswered: 6, breastsAnswered: 4, unreadable: 1 })
    expect(there.model).toEqual({ ...here.model, name: 'mine.onnx' })
    const [inPage, inNode] = [comparable(there), comparable(here)]
    expect(inPage.rest).toEqual(inNode.rest)
    expect(inPage.numbers).toHaveLength(inNode.numbers.length)
    for (const [at, value] of inNode.numbers.entries()) {
      expect(Math.abs(inPage.numbers[at]! - value)).toBeLessThanOrEqual(1e-4)
    }
  })

  it('computes what is added alone: the views that are there stay, with their answers in the new result', async () => {
    await page.evaluate(`window.shown = [...document.querySelectorAll('.viewer')]; undefined`)
    const added = join(folder, 'L_MLO.png')
    const { data, width, height } = renderPhantom({ laterality: 'L', view: 'MLO', height: 500, patient: 3 })
    await sharp(data, { raw: { width, height, channels: 1 } })
      .toColourspace('grey16')
      .toFile(added)
    await setFiles('files', [added])
    // The progress says "7 of 7 images answered." too, before the result is there.
    await page.waitFor(`/^7 of 7 images and .* answered in/.test(document.getElementById('status').textContent)`)
    expect(await page.evaluate(`shown.length === 6 && shown.every((each) => document.contains(each))`)).toBe(true)
    expect(await page.evaluate(`document.querySelectorAll('.viewer').length`)).toBe(7)
  })

  it('hangs the views R CC, L CC, R MLO, L MLO, and shows answers, threshold and what was refused', async () => {
    const names = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.viewer .name')].map((name) => name.textContent)`,
    )
    expect(names.join()).toContain('R CC,L CC,R MLO,L MLO')
    const text = await page.evaluate<string>('document.body.innerText')
    expect(text).toMatch(/Right breast\s+\d+\.\d %/)
    expect(text).toMatch(/Suspicious: at or above the threshold of \d+\.\d %/)
    expect(text).toContain('broken.dcm')
    expect(text.match(/not a medical device/gi)).toHaveLength(1)
  })

  it('changes window and zoom by keys, and draws heat and box only where they are asked for', async () => {
    const state = `document.querySelector('.viewer .state').textContent`
    await page.evaluate(`document.querySelector('.viewer canvas').focus()`)
    for (const key of ['ArrowUp', 'ArrowLeft', '+']) await press(key)
    await page.waitFor(`${state} === 'W 96 %  L 46 %  ×1.3'`)
    await press('0')
    await page.waitFor(`${state} === 'W 100 %  L 50 %'`)
    const colored = async () => await page.evaluate<number>(countColored)
    const withBoth = await colored()
    await page.evaluate(`document.querySelector('[name=heat]').click()`)
    const withBox = await colored()
    await page.evaluate(`document.querySelector('[name=box]').click()`)
    expect(withBoth).toBeGreaterThan(withBox)
    expect(withBox).toBeGreaterThan(0)
    expect(await colored()).toBe(0)
  })

  it('has nothing that axe calls serious and nothing wider than a phone, light and dark', async () => {
    await page.evaluate(`for (const each of document.querySelectorAll('details')) each.open = true`)
    await page.evaluate(`${axe}; undefined`)
    for (const [width, scheme] of [
      [400, 'light'],
      [1280, 'dark'],
    ] as const) {
      await page.send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: false })
      await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] })
      const { rules, overflow } = await page.evaluate<{ rules: string[]; overflow: number }>(findFaults)
      expect(rules.filter((rule) => /^(serious|critical)/.test(rule))).toEqual([])
      expect(overflow).toBeLessThanOrEqual(0)
    }
  })

  it('says why its worker ended, and goes on with the same model', async () => {
    await page.send('Page.addScriptToEvaluateOnNewDocument', {
      source:
        'window.Worker = class extends Worker { constructor(...all) { super(...all); window.lastWorker = this } }',
    })
    await page.send('Page.navigate', { url: 'about:blank' })
    await page.send('Page.navigate', { url: server.address })
    await page.waitFor(isReady)
    await setFiles('model-file', [join(folder, 'mine.onnx')])
    await page.waitFor(`document.getElementById('model').textContent.startsWith('Model: mine.onnx')`)
    await page.evaluate(
      `document.getElementById('model').textContent = ''; lastWorker.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }))`,
    )
    await page.waitFor(`document.getElementById('model').textContent.startsWith('Model: mine.onnx')`)
    expect(await page.evaluate('document.querySelector(".status.failed")?.textContent')).toContain('out of memory')
  })

  it('opens without its server', async () => {
    await page.send('Page.navigate', { url: 'about:blank' })
    await page.send('Page.navigate', { url: server.address })
    await page.waitFor(isReady)
  })
})

/** Opens the page past its service worker, as Shift and the reload button do, or as usual. */
async function openPast({ bypass }: { bypass: boolean }): Promise<void> {
  await page.send('Network.setBypassServiceWorker', { bypass })
  await page.send('Page.navigate', { url: 'about:blank' })
  await page.send('Page.navigate', { url: server.address })
  await page.waitFor(isReady, 60_000)
}

/** Pixels of the first view that are not gray. */
const countColored = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const canvas = document.querySelector('.viewer canvas')
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  let count = 0
  for (let at = 0; at < data.length; at += 4) if (Math.max(data[at], data[at + 1], data[at + 2]) - Math.min(data[at], data[at + 1], data[at + 2]) > 8) count++
  resolve(count)
})))`

const findFaults = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => ({
  rules: violations.map(({ id, impact, nodes }) => impact + ' ' + id + ': ' + nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(' | ')),
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
}))`

/** The four views that the page brings, two pictures of another study, and a file that only its name calls DICOM. */
async function inputFiles(): Promise<string[]> {
  const broken = join(folder, 'broken.dcm')
  writeFileSync(broken, 'no DICOM')
  const views = ['R-CC', 'L-CC', 'R-MLO', 'L-MLO'].map((name) => join(folder, 'page', 'example', `${name}.dcm`))
  const pictures = (['R', 'L'] as const).map(async (laterality) => {
    const { data, width, height } = renderPhantom({ laterality, view: 'CC', height: 500, patient: 3 })
    const image = sharp(data, { raw: { width, height, channels: 1 } })
    const path = join(folder, laterality === 'R' ? 'R_CC.png' : 'L_CC.jpg')
    await (laterality === 'R' ? image.toColourspace('grey16') : image.toColourspace('b-w')).toFile(path)
    return path
  })
  return [...views, ...(await Promise.all(pictures)), broken]
}

async function setFiles(input: string, files: readonly string[]): Promise<void> {
  const expression = `document.getElementById('${input}')`
  const { result } = await page.send<{ result: { objectId: string } }>('Runtime.evaluate', { expression })
  await page.send('DOM.setFileInputFiles', { files, objectId: result.objectId })
}

async function press(key: string): Promise<void> {
  for (const type of ['keyDown', 'keyUp']) await page.send('Input.dispatchKeyEvent', { type, key })
}

async function savedResult(): Promise<Result> {
  const downloadPath = join(folder, 'downloads')
  const saved = new Promise<void>((resolve) => {
    page.on('Page.downloadProgress', ({ state }: { state: string }) => {
      if (state === 'completed') resolve()
    })
  })
  await page.send('Page.setDownloadBehavior', { behavior: 'allow', downloadPath })
  await page.evaluate(`document.getElementById('save').click()`)
  await saved
  return JSON.parse(readFileSync(join(downloadPath, 'result.json'), 'utf8'))
}

/** All numbers that the network and what follows it give, and all else that does not depend on where files lie: pictures of a folder are a study. */
function comparable({ studies }: Result) {
  const numbers: number[] = []
  const take = ({ probability, heatmap: _, ...rest }: { probability: number | null; heatmap: string | null }) => {
    if (probability !== null) numbers.push(probability)
    return rest
  }
  const byPatient = studies.toSorted((a, b) => (a.patientId ?? '').localeCompare(b.patientId ?? ''))
  const rest = byPatient.map(({ breasts, images, studyId: _, ...study }) => ({
    ...take(study),
    breasts: breasts.map(({ networkProbability, breastId: _, ...breast }) => {
      numbers.push(networkProbability!)
      return take(breast)
    }),
    images: images.map(({ file, breastId: _, ...image }) => ({ ...take(image), file: file.split('/').at(-1) })),
  }))
  return { rest, numbers }
}
