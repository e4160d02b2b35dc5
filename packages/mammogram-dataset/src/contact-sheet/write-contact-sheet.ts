/** One HTML page to check an extraction by eye: each frame with its box, and what was made of it. */
import { stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { writeFileAtomic } from '@mammokit/atomic-files'
import { previewImage } from '@mammokit/mammogram-preprocess'
import { type ManifestRow, readManifest } from '@mammokit/screening-data'
import sharp from 'sharp'
import { readImageBytes } from '../batches/read-image-bytes.ts'
import { type ContactSheetCounts, chooseRows, type Section } from './choose-rows.ts'

/** Configuration of `writeContactSheet`. */
export interface ContactSheetConfig extends ContactSheetCounts {
  readonly manifestPath: string
  /** The input folder of the extraction. */
  readonly dataDir: string
  /** The HTML file to write. */
  readonly path: string
  readonly signal?: AbortSignal
}

/** Height of the pictures on the page, pixels. */
const pictureHeight = 320

/**
 * Writes the page; needs the DICOM files and the images to be where the extraction found and put them.
 *
 * @throws ScreeningDataError, CsvError of the manifest; FileError; the signal's reason when aborted
 * @example
 * await writeContactSheet({ manifestPath: 'data/processed/manifest.csv', dataDir: 'data', path: 'data/processed/contact-sheet.html' })
 */
export async function writeContactSheet(config: ContactSheetConfig): Promise<void> {
  const sections = chooseRows(await readManifest(config.manifestPath), config)
  const parts: string[] = []
  for (const section of sections) parts.push(await renderSection(section, config))
  await writeFileAtomic(config.path, page(parts.join('\n')))
}

async function renderSection({ title, rows }: Section, config: ContactSheetConfig): Promise<string> {
  const figures: string[] = []
  for (const row of rows) {
    config.signal?.throwIfAborted()
    figures.push(await renderRow(row, config))
  }
  const body = figures.length > 0 ? figures.join('\n') : '<p>None.</p>'
  return `<section><h2>${escapeHtml(title)}</h2><div class="grid">${body}</div></section>`
}

async function renderRow(row: ManifestRow, { dataDir, manifestPath }: ContactSheetConfig): Promise<string> {
  const words = [
    `${row.patientId} / ${row.imageId}`,
    [row.laterality, row.view].filter(Boolean).join(' '),
    [row.method || row.status, row.score?.toFixed(3)].filter(Boolean).join(' '),
    row.reason,
  ]
  const caption = `<figcaption>${words.filter(Boolean).map(escapeHtml).join('<br>')}</figcaption>`
  if (row.status === 'failed') return `<figure class="failed">${caption}</figure>`
  const frame = await frameWithBox(row, dataDir).catch((error: Error) => `<p>${escapeHtml(error.message)}</p>`)
  const made = await madeImage(join(dirname(manifestPath), row.file), row.imageSha256).catch(
    (error: Error) => `<p>${escapeHtml(error.message)}</p>`,
  )
  return `<figure><div class="pair">${frame}${made}</div>${caption}</figure>`
}

/** The DICOM frame, brightened so that a faint skin line shows, with the box that was cut out. */
async function frameWithBox(row: ManifestRow, dataDir: string): Promise<string> {
  const inRaw = resolve(dataDir, 'raw', row.source)
  const path = (await isFile(inRaw)) ? inRaw : join(dataDir, row.source)
  const { image: small, frame } = await previewImage(path, { height: pictureHeight })
  const bright = Uint8Array.from(small.data, (value) => Math.round(255 * Math.sqrt(value / 65_535)))
  const raw = { width: small.width, height: small.height, channels: 1 } as const
  const jpeg = await sharp(bright, { raw }).jpeg({ quality: 80 }).toBuffer()
  const cut = row.placement?.box
  const box = cut ? `<rect x="${cut.x}" y="${cut.y}" width="${cut.width}" height="${cut.height}"/>` : ''
  return (
    `<svg viewBox="0 0 ${frame.width} ${frame.height}" height="${pictureHeight}">` +
    `<image href="${dataUrl(jpeg)}" width="${frame.width}" height="${frame.height}" preserveAspectRatio="none"/>${box}</svg>`
  )
}

async function madeImage(file: string, sha256: string): Promise<string> {
  const small = sharp(await readImageBytes({ file, sha256 }))
    .resize({ height: pictureHeight })
    .toColourspace('b-w')
    .jpeg({ quality: 80 })
  return `<img src="${dataUrl(await small.toBuffer())}" height="${pictureHeight}" alt="">`
}

const dataUrl = (jpeg: Buffer) => `data:image/jpeg;base64,${jpeg.toString('base64')}`

const isFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  )

const escapeHtml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

function page(body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Contact sheet</title>
<style>
body { background: #16181d; color: #e6e6e6; font: 13px/1.4 system-ui, sans-serif; margin: 24px }
h2 { font-size: 16px; margin: 32px 0 12px }
.grid { display: flex; flex-wrap: wrap; gap: 16px }
figure { background: #22252c; border-radius: 6px; margin: 0; padding: 8px; max-width: 480px }
figure.failed { border-left: 4px solid #e5534b }
figcaption { margin-top: 6px; overflow-wrap: anywhere }
.pair { display: flex; gap: 8px; align-items: flex-start }
svg, img { background: #000 }
rect { fill: none; stroke: #ffb02e; stroke-width: 2px; vector-effect: non-scaling-stroke }
</style>
</head>
<body>
<h1>Contact sheet</h1>
${body}
</body>
</html>
`
}
