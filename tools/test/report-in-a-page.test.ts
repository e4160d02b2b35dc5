import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explain, predict, report, select, test } from '../../apps/evaluator/src/index.ts'
import { makeTinyRun, type TinyRun } from '../../apps/evaluator/test/tiny-run.ts'
import { findChromium, runInChromium } from '../src/browser/run-in-chromium.ts'
import { takeScreenshot } from '../src/browser/take-screenshot.ts'

const chromium = findChromium()
const fast = { threads: 1, workers: 1 }

/** Opens the page in a frame as wide as it says, and posts what axe finds serious and what is wider than the frame. */
const host = `<!doctype html><html lang="en"><title>Host</title><body style="margin:0"><script type="module">
const found = {}
for (const width of [400, 1280]) {
  const frame = document.createElement('iframe')
  frame.title = 'report'
  frame.style = 'border:0;width:' + width + 'px;height:3000px'
  frame.src = '/report.html'
  document.body.append(frame)
  await new Promise((resolve) => { frame.onload = resolve })
  const page = frame.contentDocument
  for (const details of page.querySelectorAll('details')) details.open = true
  const script = page.createElement('script')
  script.src = '/axe.js'
  page.head.append(script)
  await new Promise((resolve) => { script.onload = resolve })
  const { violations } = await frame.contentWindow.axe.run(page, { resultTypes: ['violations'] })
  found[width] = {
    overflow: page.documentElement.scrollWidth - page.documentElement.clientWidth,
    rules: violations.map(({ id, impact, nodes }) => impact + ' ' + id + ': ' + nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(' | ')),
    emptyHeaders: [...page.querySelectorAll('th')].filter((cell) => cell.textContent.trim() === '').length,
    wide: [...page.querySelectorAll('main *')].filter((part) => part.getBoundingClientRect().right > page.documentElement.clientWidth + 0.5 && !part.closest('.scroll, pre, svg, .hidden')).map((part) => part.outerHTML.slice(0, 160)),
  }
  frame.remove()
}
await fetch('/result', { method: 'POST', body: JSON.stringify(found) })
</script></body></html>`

interface Found {
  readonly overflow: number
  readonly rules: readonly string[]
  readonly emptyHeaders: number
  /** What reaches beyond the frame, and does not scroll on its own. */
  readonly wide: readonly string[]
}

let tiny: TinyRun
let folder = ''
beforeAll(async () => {
  tiny = await makeTinyRun()
  const { data, run } = tiny
  await predict({ data, run, ...fast })
  await select({ data, run, resamples: 20 })
  await test({ data, run, resamples: 20, ...fast })
  await explain({ data, run, images: 0, ...fast })
  folder = mkdtempSync(join(tmpdir(), 'report-page-'))
  writeFileSync(join(folder, 'index.html'), host)
  writeFileSync(join(folder, 'report.html'), readFileSync(await report({ data, run, images: 2, compare: run })))
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
  writeFileSync(join(folder, 'axe.js'), readFileSync(axe))
})
afterAll(() => {
  tiny.remove()
  rmSync(folder, { recursive: true })
})

describe.skipIf(chromium === undefined)('the report in Chromium', () => {
  it('has nothing that axe calls serious, nothing wider than a phone, and no empty header', async () => {
    const found = (await runInChromium(chromium!, folder)) as Record<string, Found>
    for (const width of [400, 1280]) {
      const { overflow, rules, emptyHeaders, wide } = found[width]!
      expect(rules.filter((rule) => /^(serious|critical)/.test(rule))).toEqual([])
      expect(wide).toEqual([])
      expect([overflow, emptyHeaders]).toEqual([0, 0])
    }
  })

  // For eyes: .vitest/ is not part of the repository, and CI keeps the pictures.
  it.each([400, 1280])('is drawn %i pixels wide into .vitest/report-WIDTH.png', async (width) => {
    const picture = fileURLToPath(new URL(`../.vitest/report-${width}.png`, import.meta.url))
    rmSync(picture, { force: true })
    await takeScreenshot(chromium!, join(folder, 'report.html'), picture, width)
    const header = await sharp(picture).metadata()
    expect(header).toMatchObject({ format: 'png', width })
    expect(header.height).toBeGreaterThan(3000)
    // A page that was not drawn has one color.
    const { entropy } = await sharp(picture).stats()
    expect(entropy).toBeGreaterThan(0.5)
  })
})
