/** What `explain` found, as explain.json has it. */
import type { Cascade, Similarity } from './sanity-checks.ts'
import type { LocalizationSummary } from './summarize-localization.ts'
import type { Overlay } from './write-overlay.ts'

export interface ExplainResult {
  readonly subset: string
  readonly checkpoint: string
  readonly checkpointHash: string
  readonly preprocessHash: string
  readonly method: string
  readonly stage: number
  /** Images with a map. */
  readonly images: number
  /** Null where no lesion is known. */
  readonly localization: LocalizationSummary | null
  readonly sanity: {
    readonly images: number
    readonly cascade: readonly Cascade[] | null
    /** Of another run, such as one that was trained on shuffled labels. */
    readonly against: ({ readonly run: string; readonly checkpointHash: string } & Similarity) | null
  } | null
  readonly overlays: readonly (Overlay & { readonly probability: number })[]
}

/** The same in sentences. */
export function describeResult({ localization, sanity, overlays }: ExplainResult): string[] {
  const share = (value: number | null) => (value === null ? 'undefined' : value.toFixed(3))
  const percent = (value: number) => `${(100 * value).toFixed(2)} %`
  const lines: string[] = []
  if (localization) {
    const { images, map, center, chance } = localization
    const { value, low, high } = map.hitRate
    lines.push(
      `Of ${images} images with a known lesion the map points into it in ${share(value)} (${share(low)} to ${share(high)}); the middle of the breast would in ${share(center.hitRate.value)}, chance in ${share(chance)}.`,
      `Until a lesion is met, ${percent(map.medianArea)} of the breast have to be looked at (median; mean ${percent(map.meanArea)}); from the middle outwards ${percent(center.medianArea)} (mean ${percent(center.meanArea)}).`,
    )
  }
  for (const { down, signed, absolute } of sanity?.cascade ?? []) {
    lines.push(
      `Random weights down to ${down}: rank correlation ${share(signed)}, of absolute values ${share(absolute)}.`,
    )
  }
  if (sanity?.against) {
    const { run, signed, absolute } = sanity.against
    lines.push(`Against ${run}: rank correlation ${share(signed)}, of absolute values ${share(absolute)}.`)
  }
  const moved = overlays.filter(({ geometry }) => geometry === 'processed').length
  if (moved > 0) lines.push(`${moved} pictures show the processed image: the file that it was made from is not there.`)
  return lines
}
