/** In the order in which documentation lists them. */
export const mapMethods = ['cam', 'grad-cam', 'grad-cam++'] as const

/** Name of a kind of heatmap. */
export type MapMethod = (typeof mapMethods)[number]

export interface ResolvedMapOptions {
  readonly method: MapMethod
  /** Counted from 1. */
  readonly stage: number
}
