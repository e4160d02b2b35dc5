export interface SamplingPlan {
  /** Draws of an epoch. */
  readonly draws: number
  /** Row numbers of an epoch, batch after batch. */
  order(epoch: number): Int32Array
}
