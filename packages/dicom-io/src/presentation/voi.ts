/** VOI LUT or window: values of the modality to 0..1, black to white (PS3.3 C.11.2). */
import { describeValue } from '../describe-value.ts'
import { DicomError } from '../dicom-error.ts'
import type { DicomHeader } from '../header/dicom-header.ts'
import { checkEntries, type LookupTable, lookUp } from '../header/lookup-table.ts'

type Shade = (value: number) => number

/**
 * The function that the header describes, or undefined where it has neither table nor window and none is asked for by name.
 *
 * @param choice Index among the VOI LUTs where there are any, else among the windows; or an explanation.
 */
export function voiFunction(header: DicomHeader, choice: number | string): Shade | undefined {
  const { voiLuts } = header
  if (voiLuts !== undefined) {
    return tableFunction(
      choose(
        voiLuts,
        voiLuts.map((table) => table.explanation),
        choice,
        'VOI LUT',
      ),
    )
  }
  const { windowCenter: centers = [], windowWidth: widths = [] } = header
  const windows = centers.slice(0, widths.length).map((center, index) => ({ center, width: widths[index]! }))
  if (windows.length === 0 && choice === 0) return undefined
  const { center, width } = choose(windows, header.windowCenterWidthExplanation ?? [], choice, 'window')
  return windowFunction(header.voiLutFunction ?? 'LINEAR', center, width)
}

function tableFunction(table: LookupTable): Shade {
  checkEntries(table, 'VOI LUT')
  const white = 2 ** table.bits - 1
  return (value) => lookUp(table, value) / white
}

/**
 * A width below 1 has no meaning for LINEAR, which steps by whole values: such a window spans real ones, and is one of LINEAR_EXACT.
 *
 * @throws {DicomError} for a function that the standard does not know, or a width that it does not allow.
 */
export function windowFunction(name: string, center: number, width: number): Shade {
  if (!Number.isFinite(center) || !(width > 0 && width < Number.POSITIVE_INFINITY)) {
    throw new DicomError(
      'invalid-header',
      `Expected a finite windowCenter and a windowWidth > 0 but received ${center} and ${width}. Pass another window.`,
    )
  }
  switch (name) {
    case 'LINEAR': // C.11.2.1.2.1
      return width < 1 ? ramp(center, width) : ramp(center - 0.5, width - 1)
    case 'LINEAR_EXACT': // C.11.2.1.3.2
      return ramp(center, width)
    case 'SIGMOID': // C.11.2.1.3.1
      return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width))
    default:
      throw new DicomError(
        'invalid-header',
        `Expected LINEAR, LINEAR_EXACT or SIGMOID for voiLutFunction but received ${JSON.stringify(name)}. The header is damaged.`,
      )
  }
}

/** From 0 at `center - width / 2` to 1 at `center + width / 2`; a step where the width is 0. */
function ramp(center: number, width: number): Shade {
  const low = center - width / 2
  const high = center + width / 2
  return (value) => (value <= low ? 0 : value > high ? 1 : (value - center) / width + 0.5)
}

function choose<T>(
  list: readonly T[],
  explanations: readonly (string | undefined)[],
  choice: number | string,
  what: string,
): T {
  const index = typeof choice === 'number' ? choice : explanations.indexOf(choice)
  const chosen = list[index]
  if (chosen !== undefined) return chosen
  const known = explanations.map((text) => JSON.stringify(text)).join(', ')
  throw new DicomError(
    'invalid-argument',
    `Expected one of the image's ${list.length} ${what}s${known && ` (${known})`} for window but received ${describeValue(choice)}. Pass an index or an explanation from the header.`,
  )
}
