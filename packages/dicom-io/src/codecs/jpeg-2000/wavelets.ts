/** The two inverse wavelets (ITU-T T.800 F.3) as steps over rows: two subbands become a row, and rows lift each other. */
import { type Kernels, strideOf } from './kernels.ts'

/** Addresses of rows, and how many coefficients they hold. */
export interface RowParts {
  readonly low: number
  readonly lows: number
  readonly high: number
  readonly highs: number
  /** 1 where the first sample has an odd coordinate, which makes it a high one. */
  readonly parity: number
  /** Room for two rows. */
  readonly scratch: number
  readonly output: number
}

export interface Wavelet {
  /** Whether coefficients are integers and not floats. */
  readonly reversible: boolean
  /** Lifting steps of rows: odd ones change low rows, those with even coordinates, and even ones change high rows. */
  readonly steps: number
  /** Rows that are at work at a time, a power of two. */
  readonly rowsInUse: number
  /** How far from a sample the coefficients lie that it depends on. */
  readonly reach: number
  /** Makes row `y` of its low and high coefficients. `isOnly`: whether it has no other above or below. */
  join(parts: RowParts, y: number, isOnly: boolean): void
  lift(step: number, row: number, above: number, below: number, width: number): void
}

/** 5/3, of 32-bit integers. */
export function reversibleWavelet({ run }: Kernels): Wavelet {
  return {
    reversible: true,
    steps: 2,
    rowsInUse: 4,
    reach: 2,
    join: ({ low, lows, high, highs, parity, scratch, output }, y, isOnly) => {
      run.joinRow(low, lows, high, highs, parity, scratch, output)
      if (isOnly && y % 2 === 1) run.halveRow(output, lows + highs)
    },
    lift: (step, row, above, below, width) => {
      if (step === 1) run.liftEvenRow(row, above, below, width)
      else run.liftOddRow(row, above, below, width)
    },
  }
}

/** 9/7, of 32-bit floats. */
export function irreversibleWavelet({ run }: Kernels): Wavelet {
  return {
    reversible: false,
    steps: 4,
    rowsInUse: 8,
    reach: 4,
    join: ({ low, lows, high, highs, parity, scratch, output }, y, isOnly) => {
      const stride = strideOf(lows + highs)
      run.joinRealRow(low, lows, high, highs, parity, scratch, stride, isOnly ? 2 : y & 1, output)
    },
    lift: (step, row, above, below, width) => run.liftRealRow(row, above, below, width, step),
  }
}
