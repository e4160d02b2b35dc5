/** How much the tests of damaged files try: everything in `npm run nightly`, a part in the gate. */
import { random } from '../random.ts'

export const isNightly = process.env.MAMMOKIT_NIGHTLY === '1'

/** `MAMMOKIT_TEST_SEED`; it stands in the titles of what it decides. */
export const seed = Number(process.env.MAMMOKIT_TEST_SEED)

/** Places from `start` to below `end`, `step` apart: all of them in the nightly run, in the gate one in `part`, drawn by `index`. */
export function pickPlaces(start: number, end: number, step: number, part: number, index: number): number[] {
  const stride = isNightly ? step : step * part
  const first = isNightly ? start : start + step * random(seed + index)(part)
  return Array.from({ length: Math.max(0, Math.ceil((end - first) / stride)) }, (_, at) => first + at * stride)
}
