/** What is different about a site's cases: scores, pictures, and how they were made, beside those of validation. */

import { logOdds } from '@mammokit/mammogram-classifier/selection'
import { readImageBytes } from '@mammokit/mammogram-dataset'
import { decodeGrayPng } from '@mammokit/mammogram-preprocess/png'
import { type AggregationMethod, aggregateByBreast, type ImagePrediction } from '@mammokit/pf1-metric'
import { type ManifestRow, type ProcessedRow, readManifest } from '@mammokit/screening-data'

export interface Cases {
  readonly name: string
  readonly rows: readonly ProcessedRow[]
  readonly predictions: readonly ImagePrediction[]
  /** Paths of the manifests that have the rows. */
  readonly manifests: readonly string[]
}

/** A number of each case on both sides. */
export interface Measure {
  readonly name: string
  readonly validation: readonly number[]
  readonly site: readonly number[]
}

/** How often each value of something stands on both sides, 0 to 1; the more frequent first. */
export interface Shares {
  readonly name: string
  readonly values: readonly { readonly value: string; readonly validation: number; readonly site: number }[]
}

export interface Drift {
  readonly validationName: string
  /** Log-odds of every breast. */
  readonly scores: Measure
  readonly measures: readonly Measure[]
  readonly shares: readonly Shares[]
}

/** Pictures that are opened on each side, evenly over the rows. */
const opened = 400

export async function driftOf(validation: Cases, site: Cases, aggregation: AggregationMethod): Promise<Drift> {
  const [a, b] = [await factsOf(validation), await factsOf(site)]
  const scoresOf = ({ predictions }: Cases) =>
    aggregateByBreast(predictions, { method: aggregation }).map(({ probability }) => logOdds(probability))
  return {
    validationName: validation.name,
    scores: { name: 'Log-odds of a breast', validation: scoresOf(validation), site: scoresOf(site) },
    measures: (Object.keys(a.pictures) as (keyof Pictures)[]).map((name) => ({
      name,
      validation: a.pictures[name],
      site: b.pictures[name],
    })),
    shares: (Object.keys(a.made) as (keyof Made)[]).map((name) => ({
      name,
      values: sharesOf(a.made[name], b.made[name]),
    })),
  }
}

type Pictures = Awaited<ReturnType<typeof picturesOf>>
type Made = ReturnType<typeof madeOf>

async function factsOf({ rows, manifests }: Cases): Promise<{ pictures: Pictures; made: Made }> {
  const manifest = new Map<string, ManifestRow>()
  for (const path of manifests) for (const row of await readManifest(path)) manifest.set(row.imageSha256, row)
  const step = Math.max(1, rows.length / opened)
  const chosen = Array.from({ length: Math.min(opened, rows.length) }, (_, i) => rows[Math.floor(i * step)]!)
  return { pictures: await picturesOf(chosen, manifest), made: madeOf(rows, manifest) }
}

/** Of the pictures as the network sees them, whose background is black. */
async function picturesOf(rows: readonly ProcessedRow[], manifest: ReadonlyMap<string, ManifestRow>) {
  const mean: number[] = []
  const spread: number[] = []
  const area: number[] = []
  const width: number[] = []
  for (const row of rows) {
    const { data } = await decodeGrayPng(await readImageBytes(row))
    const tissue = statisticsOf(data)
    mean.push(tissue.mean)
    spread.push(tissue.spread)
    area.push(tissue.area)
    const box = manifest.get(row.sha256)?.placement?.box
    if (box) width.push(box.width / box.height)
  }
  return {
    'Mean gray of the breast': mean,
    'Spread of its grays': spread,
    'Share of the picture that is breast': area,
    'Width of the breast over its height': width,
  }
}

/** Grays are shares of 65,535. */
function statisticsOf(data: Uint16Array): { mean: number; spread: number; area: number } {
  let count = 0
  let sum = 0
  let squares = 0
  for (const value of data) {
    if (value === 0) continue
    count++
    sum += value / 65_535
    squares += (value / 65_535) ** 2
  }
  const mean = count === 0 ? 0 : sum / count
  const variance = count === 0 ? 0 : Math.max(0, squares / count - mean * mean)
  return { mean, spread: Math.sqrt(variance), area: count / data.length }
}

function madeOf(rows: readonly ProcessedRow[], manifest: ReadonlyMap<string, ManifestRow>) {
  const made = rows.map(({ sha256 }) => manifest.get(sha256))
  return {
    'How the breast was found': made.map((row) => [row?.method || 'unknown']),
    Fallbacks: made.map((row) => [row?.reason || 'none']),
    Warnings: made.map((row) => (row && row.warnings.length > 0 ? row.warnings : ['none'])),
    View: rows.map(({ view }) => [view]),
    Machine: rows.map(({ machineId }) => [machineId ?? 'unknown']),
    Density: rows.map(({ density }) => [density ?? 'unknown']),
  }
}

function sharesOf(validation: readonly (readonly string[])[], site: readonly (readonly string[])[]): Shares['values'] {
  const shareOf = (cases: readonly (readonly string[])[], value: string) =>
    cases.filter((values) => values.includes(value)).length / Math.max(1, cases.length)
  const values = [...new Set([...validation, ...site].flat())]
  return values
    .map((value) => ({ value, validation: shareOf(validation, value), site: shareOf(site, value) }))
    .sort((a, b) => b.validation + b.site - a.validation - a.site || (a.value < b.value ? -1 : 1))
}

/** Share of the site's cases outside the middle 98 % of validation: 0.02 where nothing has drifted. */
export function shareOutside({ validation, site }: Measure): number {
  const sorted = Float64Array.from(validation).sort()
  const low = sorted[Math.floor(0.01 * (sorted.length - 1))]!
  const high = sorted[Math.ceil(0.99 * (sorted.length - 1))]!
  return site.filter((value) => value < low || value > high).length / Math.max(1, site.length)
}
