/** What a row says beside cancer that a head of its own may learn from: the assessment, the density, whether a biopsy was taken, whether the cancer was invasive. */
import type { ProcessedRow } from '@mammokit/screening-data'
import type { Config } from '../config/config.ts'
import type { AuxiliaryName } from '../config/training-config.ts'

type Details = Pick<ProcessedRow, AuxiliaryName>

export interface AuxiliaryTarget {
  readonly name: AuxiliaryName
  /** Of its loss beside that of cancer. */
  readonly weight: number
  /** Logits of its head: one for a yes or no, else one for each class. */
  readonly classes: number
  /** The class of a row, or 0 and 1; undefined where the row does not say. */
  labelOf(row: Details): number | undefined
}

/** In place of a label that a row does not have. */
export const unknownLabel = -1

const kinds: Readonly<Record<AuxiliaryName, Pick<AuxiliaryTarget, 'classes' | 'labelOf'>>> = {
  // ACR BI-RADS, 5th edition: assessment categories 0 to 6, breast composition a to d.
  birads: {
    classes: 7,
    labelOf: ({ birads }) => (birads !== null && /^[0-6]$/.test(`${birads}`) ? birads : undefined),
  },
  density: { classes: 4, labelOf: ({ density }) => indexIn(['ABCD', '1234'], density) },
  biopsy: { classes: 1, labelOf: ({ biopsy }) => (biopsy === null ? undefined : Number(biopsy)) },
  invasive: { classes: 1, labelOf: ({ invasive }) => (invasive === null ? undefined : Number(invasive)) },
}

function indexIn(alphabets: readonly string[], cell: string | null): number | undefined {
  if (cell?.length !== 1) return undefined
  return alphabets.map((letters) => letters.indexOf(cell.toUpperCase())).find((index) => index >= 0)
}

/** The targets with a weight above 0, in a fixed order; none by default. */
export function auxiliaryTargets({ auxiliary }: Pick<Config['training'], 'auxiliary'>): AuxiliaryTarget[] {
  if (auxiliary === null) return []
  return (Object.keys(kinds) as AuxiliaryName[])
    .filter((name) => auxiliary[name] > 0)
    .map((name) => ({ name, weight: auxiliary[name], ...kinds[name] }))
}

/** What a row says of each target; `unknownLabel` where it says nothing. */
export function labelsOf(row: Details, targets: readonly AuxiliaryTarget[]): number[] {
  return targets.map((target) => target.labelOf(row) ?? unknownLabel)
}

/** The parts of a step's loss by name, as metrics.jsonl has them: of cancer, and of each target over the images that have it; null without one. */
export function lossParts(
  targets: readonly AuxiliaryTarget[],
  [cancer, sums, counts]: readonly Float32Array[],
): Record<string, number | null> {
  if (targets.length === 0) return {}
  const parts = targets.map(({ name }, k) => [`${name}Loss`, counts[k] > 0 ? sums[k] / counts[k] : null] as const)
  return { cancerLoss: cancer[0], ...Object.fromEntries(parts) }
}
