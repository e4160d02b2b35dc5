/** What a study came to: each arm on the folds that are done, beside what is known before an image is read. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fitMetadataModel } from '@mammokit/evaluator'
import { type ProcessedRow, readProcessedRows } from '@mammokit/screening-data'
import {
  type BreastFigures,
  breastFigures,
  breastsOf,
  type Comparison,
  type Figure,
  roundedFigure,
  type ScoredBreast,
} from './breast-figures.ts'
import type { StudyConfig } from './study-config.ts'
import { readLines, type StudyLine } from './study-lines.ts'
import { readLooks, type ZeroShotFigures } from './zero-shot-looks.ts'

export interface ArmFigures {
  readonly arm: string
  readonly title: string
  readonly folds: number
  readonly seeds: number
  /** Trainings that are done, and how long they took together. */
  readonly trainings: number
  readonly minutes: number
  readonly breasts: number
  readonly positives: number
  readonly pairsWithin: number
  readonly pooled: Figure
  readonly withinMachines: Figure
  /** This arm less the one that it is compared with, on the folds and seeds that both have; null where they share none. */
  readonly difference: {
    /** Title of the other arm. */
    readonly to: string
    readonly folds: number
    readonly seeds: number
    readonly pooled: Figure
    readonly withinMachines: Figure
  } | null
}

export interface StudyFigures {
  readonly description: string
  readonly folds: number
  readonly images: number
  readonly breasts: number
  readonly positives: number
  readonly patients: number
  readonly machines: number
  readonly pairsWithin: number
  /** Models of what is known before the image is read, fitted on the other folds. */
  readonly baselines: readonly { readonly name: string; readonly pooled: Figure; readonly withinMachines: Figure }[]
  /** Networks that never saw a real image, on one half of the patients. */
  readonly zeroShot: readonly ZeroShotFigures[]
  readonly arms: readonly ArmFigures[]
}

/** Age, site, machine, view and implant; of the row's place in the file, which the model would take as well, nothing. */
const baselines: Readonly<Record<string, (row: ProcessedRow) => Known>> = {
  age: ({ age, cancer }) => ({ ...nothing, age, cancer }),
  'age, site, machine, view, implant': ({ age, siteId, machineId, view, implant, cancer }) => {
    return { age, siteId, machineId, view, implant, cancer }
  },
}

type Known = Pick<ProcessedRow, 'age' | 'siteId' | 'machineId' | 'view' | 'implant' | 'cancer'>

const nothing = { age: null, siteId: null, machineId: null, view: '', implant: null }

/** Reads the lines of a study's folder and the rows of its data. */
export async function studyFigures(config: StudyConfig, folder: string): Promise<StudyFigures> {
  const lines = readLines(folder)
  const rows = await allRows(folder)
  const ofFold = (fold: number) => rows.filter((row) => row.fold === fold)
  const folds = Array.from({ length: config.folds }, (_, fold) => fold)
  const known = folds.flatMap((fold) => {
    const scores = Object.entries(baselines).map(([name, of]) => [name, baselineScores(rows, fold, of)] as const)
    return breastsOf(ofFold(fold), Object.fromEntries(scores), `${fold}`)
  })
  const { pooled, withinMachines, ...counts } = breastFigures(
    known,
    Object.fromEntries(Object.keys(baselines).map((name) => [name, { of: [name] }])),
  )
  const arms = Object.keys(config.arms).flatMap((arm) => armFigures(arm, config, lines, ofFold) ?? [])
  return {
    description: config.description,
    folds: config.folds,
    images: rows.length,
    breasts: counts.breasts,
    positives: counts.positives,
    patients: counts.patients,
    machines: counts.machines,
    pairsWithin: counts.pairsWithin,
    baselines: Object.keys(baselines).map((name) => {
      return { name, pooled: roundedFigure(pooled[name]!), withinMachines: roundedFigure(withinMachines[name]!) }
    }),
    zeroShot: readLooks(folder),
    arms,
  }
}

/** The rows of any of the image sizes: their folds are the same. */
async function allRows(folder: string): Promise<readonly ProcessedRow[]> {
  const [size] = readdirSync(join(folder, 'data')).sort()
  if (size === undefined)
    throw new Error(`Expected a data folder in ${folder}/data but received none. Start the study.`)
  return (await readProcessedRows(join(folder, 'data', size), { maxLeftOut: 1 })).rows
}

function baselineScores(rows: readonly ProcessedRow[], fold: number, of: (row: ProcessedRow) => Known) {
  const model = fitMetadataModel(rows.filter((row) => row.fold !== fold).map(of))
  return new Map(rows.filter((row) => row.fold === fold).map((row) => [row.imageId, model?.logit(of(row)) ?? 0]))
}

function armFigures(
  arm: string,
  config: StudyConfig,
  lines: readonly StudyLine[],
  ofFold: (fold: number) => readonly ProcessedRow[],
): ArmFigures | undefined {
  const own = complete(lines.filter((line) => line.arm === arm))
  if (own === undefined) return undefined
  const figures = compare(
    own.folds,
    ofFold,
    { [arm]: scoresOf(own.lines) },
    { [arm]: { of: own.seeds.map((seed) => `${arm} ${seed}`) } },
  )
  const { title, comparedWith } = config.arms[arm]!
  const both =
    comparedWith === undefined
      ? undefined
      : shared(
          own.lines,
          lines.filter((line) => line.arm === comparedWith),
        )
  const { breasts, positives, pairsWithin, pooled, withinMachines } = figures
  return {
    arm,
    title,
    folds: own.folds.length,
    seeds: own.seeds.length,
    trainings: own.lines.length,
    minutes: Math.round(own.lines.reduce((sum, line) => sum + line.minutes, 0)),
    breasts,
    positives,
    pairsWithin,
    pooled: roundedFigure(pooled[arm]!),
    withinMachines: roundedFigure(withinMachines[arm]!),
    difference:
      both === undefined
        ? null
        : { to: config.arms[comparedWith!]!.title, ...differenceOf(both, arm, comparedWith!, ofFold) },
  }
}

interface Trainings {
  readonly lines: readonly StudyLine[]
  readonly folds: readonly number[]
  readonly seeds: readonly number[]
}

/** The trainings of the folds that every seed has: those of the seed with most folds, and of each other that has these. */
function complete(lines: readonly StudyLine[]): Trainings | undefined {
  const foldsOf = new Map<number, Set<number>>()
  for (const { seed, fold } of lines) foldsOf.set(seed, (foldsOf.get(seed) ?? new Set()).add(fold))
  const [first] = [...foldsOf.values()].sort((a, b) => b.size - a.size)
  if (first === undefined) return undefined
  const folds = [...first].sort((a, b) => a - b)
  const seeds = [...foldsOf].filter(([, has]) => folds.every((fold) => has.has(fold))).map(([seed]) => seed)
  return { folds, seeds, lines: lines.filter(({ seed, fold }) => seeds.includes(seed) && first.has(fold)) }
}

/** The trainings of both arms on the folds and seeds that both have. */
function shared(own: readonly StudyLine[], others: readonly StudyLine[]): Trainings | undefined {
  const has = (lines: readonly StudyLine[], { seed, fold }: StudyLine) =>
    lines.some((line) => line.seed === seed && line.fold === fold)
  const common = complete(own.filter((line) => has(others, line)))
  return common && { ...common, lines: [...common.lines, ...others.filter((line) => has(common.lines, line))] }
}

function differenceOf(
  { lines, folds, seeds }: Trainings,
  arm: string,
  other: string,
  ofFold: (fold: number) => readonly ProcessedRow[],
): Omit<NonNullable<ArmFigures['difference']>, 'to'> {
  const names = (of: string) => seeds.map((seed) => `${of} ${seed}`)
  const { pooled, withinMachines } = compare(
    folds,
    ofFold,
    { both: scoresOf(lines) },
    { difference: { of: names(arm), minus: names(other) } },
  )
  return {
    folds: folds.length,
    seeds: seeds.length,
    pooled: roundedFigure(pooled.difference!),
    withinMachines: roundedFigure(withinMachines.difference!),
  }
}

type FoldScores = (fold: number) => Record<string, ReadonlyMap<string, number>>

/** The logits of a fold by arm and seed. */
function scoresOf(lines: readonly StudyLine[]): FoldScores {
  return (fold) =>
    Object.fromEntries(
      lines
        .filter((line) => line.fold === fold)
        .map(({ arm, seed, logits }) => [`${arm} ${seed}`, new Map(Object.entries(logits))]),
    )
}

function compare(
  folds: readonly number[],
  ofFold: (fold: number) => readonly ProcessedRow[],
  scores: Readonly<Record<string, FoldScores>>,
  comparisons: Readonly<Record<string, Comparison>>,
): BreastFigures {
  const breasts = folds.flatMap((fold): ScoredBreast[] => {
    const all = Object.assign({}, ...Object.values(scores).map((of) => of(fold))) as Record<
      string,
      ReadonlyMap<string, number>
    >
    return breastsOf(ofFold(fold), all, `${fold}`)
  })
  return breastFigures(breasts, comparisons)
}
