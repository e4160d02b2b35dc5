/** What a study trains: one recipe, and arms that differ from it in one thing each. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const settings = z.record(z.string(), z.unknown())

const arm = z.strictObject({
  /** What it differs in, for the table. */
  title: z.string().min(1),
  /** Keys of the trainer's configuration over the study's own. @default none */
  settings: settings.default({}),
  /**
   * Weights that training starts with: random ones, those of the run on phantoms, those of the run on patches of phantoms, or random ones in
   * a file that two engines share.
   */
  start: z.enum(['random', 'phantom', 'patches', 'shared']).default('random'),
  /** What trains: mammokit-trainer, or tools/bench/peers/training.py, which knows one recipe. */
  engine: z.enum(['mammokit', 'pytorch']).default('mammokit'),
  /** The arm that differs from it in that thing: the table has the difference. */
  comparedWith: z.string().optional(),
})

export const studySchema = z
  .strictObject({
    description: z.string(),
    /** The layout that `source` has, as `import --from` names it. */
    from: z.string(),
    folds: z.int().min(2),
    /** Of the split by patient. */
    splitSeed: z.int().min(0),
    /** Keys of the trainer's configuration that all arms have. */
    settings,
    arms: z.record(z.string().regex(/^[a-z0-9-]+$/, 'a name of a-z, 0-9 and -'), arm),
    /** What is trained, in this order: fold by fold, each fold's arms one after another. */
    plan: z.array(z.strictObject({ arms: z.array(z.string()).min(1), seeds: z.array(z.int().min(0)).min(1) })).min(1),
  })
  .superRefine(({ arms, plan }, context) => {
    const compared = Object.values(arms).flatMap(({ comparedWith }) => comparedWith ?? [])
    for (const name of [...compared, ...plan.flatMap((part) => part.arms)]) {
      if (!(name in arms))
        context.addIssue({ code: 'custom', message: `Expected one of the arms but received ${name}.` })
    }
  })

const number = z.number().positive()

/** What the peer in PyTorch takes from an arm's settings. */
export const peerSchema = z.object({
  model: z.record(z.string(), z.unknown()),
  training: z.object({
    epochs: number,
    batchSize: number,
    lr: number,
    sampling: z.object({ positiveFactor: number }),
  }),
})

export type StudyConfig = z.output<typeof studySchema>

/** One training: an arm, with one seed, without one fold. */
export interface Unit {
  readonly arm: string
  readonly seed: number
  readonly fold: number
}

/** @throws Error that names the first key that is wrong */
export async function readStudyConfig(path: string): Promise<StudyConfig> {
  return studySchema.parse(JSON.parse(await readFile(path, 'utf8')))
}

/** The trainings of a study in their order, each once: what tells most comes first. */
export function unitsOf({ plan, folds }: Pick<StudyConfig, 'plan' | 'folds'>): Unit[] {
  const units = new Map<string, Unit>()
  for (const { arms, seeds } of plan) {
    for (const seed of seeds) {
      for (let fold = 0; fold < folds; fold++) {
        for (const arm of arms) units.set(unitName({ arm, seed, fold }), { arm, seed, fold })
      }
    }
  }
  return [...units.values()]
}

export function unitName({ arm, seed, fold }: Unit): string {
  return `${arm}/seed-${seed}/fold-${fold}`
}

/** The trainer's configuration of an arm. */
export function settingsOf(config: StudyConfig, arm: string, seed: number): Record<string, unknown> {
  const merged = merge(config.settings, config.arms[arm]!.settings)
  return merge(merged, {
    split: { method: 'k-fold', folds: config.folds, seed: config.splitSeed },
    training: { seed },
  })
}

/**
 * Holds that a data folder was split as these settings split it.
 *
 * @param made the configuration that it was made with, as its file has it
 * @throws Error for another split
 */
export function assertSameSplit(made: string, settings: Readonly<Record<string, unknown>>): void {
  const [expected, received] = [settings.split, JSON.parse(made).split].map((split) => JSON.stringify(split))
  if (expected === received) return
  throw new Error(`Expected data with the split ${expected} but received ${received}. Use another --folder.`)
}

/** Objects within objects are merged, all else is replaced. */
function merge(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  const merged = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key]
    merged[key] = isObject(before) && isObject(value) ? merge(before, value) : value
  }
  return merged
}
