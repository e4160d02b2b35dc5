/** Options of `focalLoss`. */
export interface FocalLossOptions {
  /**
   * Weight of the positives, 0 to 1; negatives weigh 1 - alpha. Without it, no class is weighted.
   * With `reference`: a factor >= 0 of the whole loss.
   */
  readonly alpha?: number | undefined
  /** Focusing exponent, >= 0; 0 is plain cross-entropy. @default 2 */
  readonly gamma?: number
  /** Share of every target that is spread over both classes, 0 <= s < 1: t becomes t (1 - s) + s / 2. @default 0 */
  readonly labelSmoothing?: number
  /** 'none' keeps the logits' shape. @default 'mean' */
  readonly reduction?: 'none' | 'mean' | 'sum'
  /** Focal weight of the batch-mean cross-entropy: one weight for all samples. Its reduction is 'mean'. @default false */
  readonly reference?: boolean
}
