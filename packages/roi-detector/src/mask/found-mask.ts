/** What is asked of a mask, and what is said about one. */
import type { Box, Side } from '../gray-image.ts'
import type { Mask } from './mask.ts'

/** Options of the threshold method, `breastMask`. */
export interface BreastMaskOptions {
  /** The longer side of the copy that is analyzed, pixels, >= 64. @default 1024 */
  readonly analysisSize?: number
  /** Brightest share of the pixels that Otsu's threshold does not see (markers, hot pixels), 0 to 0.5. @default 0.005 */
  readonly brightOutliers?: number
  /** Radius of the opening by the longer side of the frame, 0 to 0.1. @default 0.008 */
  readonly openingRadius?: number
  /** How far skin that is dimmer than the threshold is followed, by the longer side of the frame, 0 to 0.2. @default 0.06 */
  readonly skinReach?: number
  /** Least share of the frame that a breast covers, 0 to 1. @default 0.02 */
  readonly minArea?: number
  /** Least `score` of a mask, 0 to 1: below it the "breast" is noise. @default 0.1 */
  readonly minScore?: number
}

/** A mask of the breast, in pixels of an analyzed copy that is `factor` times smaller than the image. */
export interface BreastMask extends Mask {
  readonly factor: number
  /** Smallest box around the mask, pixels of the image. */
  readonly box: Box
  /** Share of the frame inside the mask, 0 to 1. */
  readonly area: number
  /** Values above this one belonged to the breast or to what is bright beside it. */
  readonly threshold: number
  /** Share of the gray values' variance that "inside or outside" explains, 0 to 1; low where the breast hardly stands out. */
  readonly score: number
  /** Side on which the mask meets the chest wall, and how clear that is: 0 (a tie) to 1. */
  readonly side: Side
  readonly sideConfidence: number
}

/** No breast was found; `reason` says why in a few words. */
export interface NoBreast {
  readonly reason: string
  /** Whether there can be none, whatever a detector says: a constant picture, a negative. */
  readonly isCertain?: boolean
}

export const breastMaskDefaults: Required<BreastMaskOptions> = {
  analysisSize: 1024,
  brightOutliers: 0.005,
  openingRadius: 0.008,
  skinReach: 0.06,
  minArea: 0.02,
  minScore: 0.1,
}
