/** Which changes of a configuration change a weight of a run. */
import type { RunConfig } from '../schema/run-config.ts'

export interface ConfigChange {
  readonly key: string
  readonly before: unknown
  readonly now: unknown
}

/** Parts of config.json that decide about a weight; the rest may change between two starts. */
const decisive = [
  'trainingVersion',
  'model',
  'image',
  'preprocessHash',
  'training',
  'weights.sha256',
  'engine',
  'processes',
  'data.splitsSha256',
  'data.imagesSha256',
  'data.fold',
  'data.trainImages',
  'data.valImages',
  'stepVersion', // last: a change of the options above changes it too
] as const

/** Keys within those parts that decide about no weight. */
const neutral = new Set(['logEvery', 'saveEvery', 'watch', 'patience', 'keepBest'].map((key) => `training.${key}`))

/** Schedules whose learning rate at a step depends on how many steps the whole run has. */
const spreadingSchedules = new Set(['one-cycle', 'cosine'])

/** The first key that differs and decides about a weight. */
export function findDecisiveChange(before: RunConfig, now: RunConfig): ConfigChange | undefined {
  const ignored = new Set(neutral)
  if (!spreadingSchedules.has(scheduleName(before))) ignored.add('training.epochs')
  // Runs of before there was such a hash name none.
  if (before.data.imagesSha256 === undefined) ignored.add('data.imagesSha256')
  const [earlier, later] = [withPrecision(before), withPrecision(now)]
  if (![earlier, later].some((config) => valueAt(config, 'training.precision') === 'float16'))
    ignored.add('training.lossScale')
  return decisive
    .map((key) => firstDifference(valueAt(earlier, key), valueAt(later, key), key, ignored))
    .find((found) => found !== undefined)
}

/** `one-cycle`, `reduce-on-plateau`, ... */
export function scheduleName(config: RunConfig): string {
  return String(valueAt(config, 'training.schedule.name'))
}

/** A run of before there was half precision names none. */
function withPrecision(config: RunConfig): RunConfig {
  return { ...config, training: { precision: 'float32', ...config.training } }
}

/** The first leaf that differs; a list is a leaf, since a flag gives it as a whole. */
function firstDifference(
  before: unknown,
  now: unknown,
  key: string,
  ignored: ReadonlySet<string>,
): ConfigChange | undefined {
  if (ignored.has(key)) return undefined
  if (isRecord(before) && isRecord(now)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
    return names.map((name) => firstDifference(before[name], now[name], `${key}.${name}`, ignored)).find(Boolean)
  }
  const isSame = JSON.stringify(before) === JSON.stringify(now) || (isOff(before) && isOff(now))
  return isSame ? undefined : { key, before, now }
}

/** An option that is null or false is off, and so it was for a run of before there was such an option. */
function isOff(value: unknown): boolean {
  return value === undefined || value === null || value === false
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function valueAt(root: unknown, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined | null)?.[name], root)
}
