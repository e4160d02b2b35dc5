/** A picture of a whole page, as a headless Chromium draws it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openChromium } from './chromium-page.ts'

/** Writes a PNG of a self-contained page, all of it, in a window of `width` pixels. */
export async function takeScreenshot(chromium: string, page: string, picture: string, width: number): Promise<void> {
  const browser = await openChromium(chromium)
  try {
    const screen = { width, height: 800, deviceScaleFactor: 1, mobile: false }
    await browser.send('Emulation.setDeviceMetricsOverride', screen)
    await browser.send('Emulation.setScrollbarsHidden', { hidden: true })
    const { href } = pathToFileURL(page)
    await browser.send('Page.navigate', { url: href })
    await browser.waitFor(`location.href === ${JSON.stringify(href)} && document.readyState === 'complete'`)
    const { data } = await browser.send<{ readonly data: string }>('Page.captureScreenshot', {
      captureBeyondViewport: true,
    })
    await mkdir(dirname(picture), { recursive: true })
    await writeFile(picture, Buffer.from(data, 'base64'))
  } finally {
    await browser.close()
  }
}
