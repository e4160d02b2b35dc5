/** The figures of a stage: its speed, the time left and the memory of the process. */
import { formatBytes, formatDuration } from './format-quantity.ts'
import type { StageOptions } from './progress.ts'

export interface Stage {
  readonly label: string
  readonly total: number
  /** `12.3 images/s, 1.2 GB, 3 min 20 s left, NOTE`, without what is not known yet. */
  figures(done: number, note?: string): string
}

/** Begins to measure: the speed is that since the first report, as what an earlier start did says nothing about it. */
export function createStage(
  label: string,
  total: number,
  { unit, unitsPerItem = 1, secondsAfter = () => 0 }: StageOptions = {},
): Stage {
  let first: { done: number; at: number } | undefined
  const memory = memoryMeter()
  return {
    label,
    total,
    figures(done, note = '') {
      const now = performance.now()
      first ??= { done, at: now }
      const seconds = (now - first.at) / 1000
      const isMeasured = done > first.done && seconds > 0
      const each = seconds / (done - first.done)
      const left = isMeasured ? each * (total - done) + secondsAfter(each) : 0
      return [
        isMeasured && unit !== undefined ? `${formatSpeed(unitsPerItem / each)} ${unit}/s` : '',
        memory(now),
        left >= 0.5 ? `${formatDuration(left)} left` : '',
        note,
      ]
        .filter((text) => text !== '')
        .join(', ')
    },
  }
}

/** Asking the system takes as long as a resample of a bootstrap, which reports each. */
const memoryMs = 100

function memoryMeter(): (now: number) => string {
  let [text, measured] = ['', -Infinity]
  return (now) => {
    if (now - measured >= memoryMs) {
      text = formatBytes(process.memoryUsage.rss())
      measured = now
    }
    return text
  }
}

function formatSpeed(perSecond: number): string {
  return perSecond.toFixed(perSecond < 1 ? 2 : perSecond < 100 ? 1 : 0)
}
