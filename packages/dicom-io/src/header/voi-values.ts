/** Windows and VOI LUTs of the top level or of a functional group: those that can be applied (PS3.3 C.11.2). */
import { DicomError } from '../dicom-error.ts'
import { attributes } from './attributes.ts'
import type { DicomElements } from './elements.ts'
import { type HeaderWarningCode, headerWarning, type Warn } from './header-warning.ts'
import { checkEntries, isNoSequence, type LookupTable, readLookupTable } from './lookup-table.ts'
import type { AttributeValues } from './read-attribute.ts'

export interface VoiValues {
  windowCenter?: readonly number[]
  windowWidth?: readonly number[]
  windowCenterWidthExplanation?: readonly string[]
  voiLuts?: readonly LookupTable[]
}

const voiLutSequence = '00283010'

/** Sorts out the windows of `values`, and reads the tables of the item that they come from. */
export function readVoi(item: DicomElements, values: AttributeValues, signedInput: boolean, warn: Warn): VoiValues {
  if (isNoSequence(item, voiLutSequence)) {
    warn(headerWarning('voiLuts', voiLutSequence, 'malformed', '', 'Expected a sequence; the tables are left out.'))
  }
  const voiLuts = item.items(voiLutSequence).flatMap((lut) => readVoiLut(lut, signedInput, warn) ?? [])
  return { ...readWindows(item, values, warn), ...(voiLuts.length === 0 ? {} : { voiLuts }) }
}

function readVoiLut(item: DicomElements, signedInput: boolean, warn: Warn): LookupTable | undefined {
  try {
    const table = readLookupTable(item, '00283002', '00283006', signedInput)
    if (table === undefined)
      throw new DicomError('invalid-header', 'Expected LUT Descriptor and LUT Data but received none.')
    checkEntries(table, 'VOI LUT')
    return table
  } catch (error) {
    if (!(error instanceof DicomError)) throw error
    warn(headerWarning('voiLuts', voiLutSequence, 'malformed', '', `${error.message} The table is left out.`))
    return undefined
  }
}

/** Windows whose center and width are numbers, the width one that their function allows. */
function readWindows(item: DicomElements, values: AttributeValues, warn: Warn): VoiValues {
  const centers = values.windowCenter ?? []
  const widths = values.windowWidth ?? []
  const explanations = values.windowCenterWidthExplanation ?? []
  const note = (name: 'windowCenter' | 'windowWidth', code: HeaderWarningCode, index: number, reason: string) => {
    const { tag } = attributes[name]
    warn(headerWarning(name, tag, code, item.texts(tag)?.[index] ?? '', reason))
  }
  const isLinear = (values.voiLutFunction ?? 'LINEAR') === 'LINEAR'
  const kept: number[] = []
  for (let index = 0; index < Math.max(centers.length, widths.length); index++) {
    const [center, width] = [centers[index], widths[index]]
    const which = `Window ${index} is left out`
    if (center === undefined || width === undefined) {
      const name = center === undefined ? 'windowCenter' : 'windowWidth'
      note(name, 'malformed', index, 'Expected as many centers as widths; the rest is left out.')
      break
    }
    if (Number.isNaN(center)) note('windowCenter', 'malformed', index, `Expected a number. ${which}.`)
    else if (Number.isNaN(width)) note('windowWidth', 'malformed', index, `Expected a number. ${which}.`)
    else if (width <= 0) note('windowWidth', 'out-of-range', index, `Expected a width above 0. ${which}.`)
    else {
      kept.push(index)
      const reason = `Expected a width of 1 or more for LINEAR. Window ${index} is applied as LINEAR_EXACT.`
      if (isLinear && width < 1) note('windowWidth', 'repaired', index, reason)
    }
  }
  if (kept.length === 0) return {}
  return {
    windowCenter: kept.map((index) => centers[index]!),
    windowWidth: kept.map((index) => widths[index]!),
    ...(explanations.length === 0
      ? {}
      : { windowCenterWidthExplanation: kept.map((index) => explanations[index] ?? '') }),
  }
}
