/** A phantom as a digitized film: fog, uneven exposure, grain, clear film around the field, white blocks, the scanner's bed, dust. */
import { createRandom, type Random } from '@mammokit/seeded-random'
import type { GrayImage } from './film.ts'
import { exp } from './portable-math.ts'

/** What a scan is made from: a phantom's picture and the number of its columns from the chest wall on that are breast, by row. */
export type FilmSource = GrayImage & { readonly laterality: 'L' | 'R'; readonly breastWidths: Int32Array }

/** Options of `scanFilm`. */
export interface FilmScanOptions {
  /** Integer from 0 to 4,294,967,295; the same film and seed give the same scan. @default 13 */
  readonly seed?: number | undefined
}

/** A scan, uint16 [height, width], and where in it the film's source lies: no pixel of it is cut away. */
export interface FilmScan extends GrayImage {
  readonly source: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

/**
 * Digitizes a film of a phantom.
 *
 * Air is never black (fog of 3 to 22 % of white), exposure varies by up to 14 % of white over the frame, unexposed film around the field
 * is clear and so brighter than air, up to three white blocks lie beside the breast, and the scanner's bed may show on any side.
 *
 * @example
 * const phantom = renderPhantom({ laterality: 'L', view: 'MLO', height: 640 })
 * const { data, width, height, source } = scanFilm({ ...phantom, laterality: 'L' }, { seed: 7 })
 */
export function scanFilm(film: FilmSource, { seed = 13 }: FilmScanOptions = {}): FilmScan {
  const random = createRandom(seed, 'film-scan', film.laterality)
  const frame = layOut(film, random)
  const { width, height, source } = frame
  const scan = new Float32Array(width * height)
  expose(scan, frame, film, random)
  for (let blocks = random.below(4); blocks > 0; blocks--) drawBlock(scan, frame, film, random)
  if (random.chance(0.4)) drawDust(scan, frame, random)
  const grain = random.chance(0.5) ? random.uniform(0.002, 0.012) : random.uniform(0.012, 0.035)
  const data = new Uint16Array(width * height)
  for (let at = 0; at < data.length; at++) {
    const value = scan[at] + grain * random.normal()
    data[at] = value <= 0 ? 0 : value >= 1 ? 65_535 : value * 65_535
  }
  return { data, width, height, source }
}

interface Frame {
  readonly width: number
  readonly height: number
  /** The exposed field. */
  readonly source: FilmScan['source']
  /** The film with its clear rim; beyond it lies the scanner's bed. */
  readonly sheet: FilmScan['source']
}

/** Rims of clear film and of the scanner's bed on each side; the one at the chest wall is narrow. */
function layOut({ width, height, laterality }: FilmSource, random: Random): Frame {
  const hasRim = random.chance(0.7)
  const hasBed = random.chance(0.5)
  const rims = [0.01, 0.07, 0.07, 0.07].map((most) =>
    hasRim && random.chance(0.7) ? Math.round(random.uniform(0, most) * height) : 0,
  )
  const beds = [0.1, 0.2, 0.06, 0.06].map((most) =>
    hasBed && random.chance(0.7) ? Math.round(random.uniform(0, most) * height) : 0,
  )
  const [wall, far] = laterality === 'L' ? [0, 1] : [1, 0]
  const [left, right] = [wall, far].map((side) => rims[side])
  const [bedLeft, bedRight] = [wall, far].map((side) => beds[side])
  const sheet = { x: bedLeft, y: beds[2], width: left + width + right, height: rims[2] + height + rims[3] }
  return {
    width: bedLeft + sheet.width + bedRight,
    height: beds[2] + sheet.height + beds[3],
    source: { x: sheet.x + left, y: sheet.y + rims[2], width, height },
    sheet,
  }
}

/** Bed, clear film, and the field with its fog, tone and uneven exposure. */
function expose(scan: Float32Array, { width, source, sheet }: Frame, film: FilmSource, random: Random): void {
  const fog = random.uniform(0.03, 0.22)
  scan.fill(random.chance(0.8) ? random.uniform(0, 0.02) : random.uniform(0.9, 1))
  const clear = random.uniform(fog + 0.05, Math.min(0.95, fog + 0.6))
  for (let y = sheet.y; y < sheet.y + sheet.height; y++) {
    scan.fill(clear, y * width + sheet.x, y * width + sheet.x + sheet.width)
  }
  const contrast = random.uniform(0.75, 1)
  const bend = random.uniform(-0.5, 0.5)
  // The picture's tone: v (1 + b) / (1 + b v) keeps 0 and 1 and needs no power.
  const tone = Float32Array.from({ length: 65_536 }, (_, gray) => {
    const v = gray / 65_535
    return fog + (1 - fog) * contrast * ((v * (1 + bend)) / (1 + bend * v))
  })
  const [across, down] = [random.uniform(-1, 1), random.uniform(-1, 1)]
  const amount = random.uniform(0, 0.14) / (Math.abs(across) + Math.abs(down) + 1e-9)
  const vignette = random.chance(0.3) ? random.uniform(0, 0.06) : 0
  for (let y = 0; y < source.height; y++) {
    const v = y / source.height - 0.5
    let at = (source.y + y) * width + source.x
    for (let x = 0, from = y * source.width; x < source.width; x++, from++, at++) {
      const u = x / source.width - 0.5
      scan[at] = tone[film.data[from]] + amount * (across * u + down * v) + vignette * (1 - exp(-2 * (u * u + v * v)))
    }
  }
}

/** A white block at a corner or an edge of the sheet, where it leaves the breast clear. */
function drawBlock(scan: Float32Array, { width, source, sheet }: Frame, film: FilmSource, random: Random): void {
  const w = Math.round(sheet.width * random.uniform(0.06, 0.3))
  const h = Math.round(sheet.height * random.uniform(0.04, 0.22))
  const isFar = random.chance(0.8)
  const x = (film.laterality === 'L') === isFar ? sheet.x + sheet.width - w : sheet.x
  const y = sheet.y + random.pick([0, sheet.height - h, random.below(sheet.height - h)])
  const reach = isFar ? sheet.width - w : 0
  for (let row = y; row < y + h; row++) {
    const of = row - source.y
    const breast = of >= 0 && of < source.height ? film.breastWidths[of] : 0
    // At the chest wall a block may lie where no breast is; on the far side beyond its end.
    if (isFar ? breast + 4 > reach : breast > 0) return
  }
  const gray = random.uniform(0.75, 1)
  for (let row = y; row < y + h; row++) scan.fill(gray, row * width + x, row * width + x + w)
  // Dark writing.
  for (let line = random.below(4); line > 0; line--) {
    const row = y + 2 + random.below(Math.max(1, h - 4))
    for (let column = x + 2; column < x + w - 2; column++) {
      if (random.chance(0.5)) scan[row * width + column] = gray * 0.4
    }
  }
}

/** Bright specks and scratches, a pixel wide. */
function drawDust(scan: Float32Array, { width, height }: Frame, random: Random): void {
  for (let specks = random.below(60); specks > 0; specks--) scan[random.below(scan.length)] = random.uniform(0.5, 1)
  for (let scratches = random.below(4); scratches > 0; scratches--) {
    const lean = random.uniform(-0.2, 0.2)
    const start = random.below(width)
    for (let y = random.below(height); y < height && random.chance(0.997); y++) {
      const x = Math.round(start + lean * y)
      if (x >= 0 && x < width) scan[y * width + x] = Math.max(scan[y * width + x], 0.6)
    }
  }
}
