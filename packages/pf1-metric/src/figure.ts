/** A value and its interval; null where the breasts do not define it, as an area without a cancer. */
export interface Figure {
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

/** A figure that the data leave undefined, without an interval. */
export const undefinedFigure: Figure = { value: null, low: null, high: null }
