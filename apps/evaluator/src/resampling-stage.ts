import { setImmediate } from 'node:timers/promises'
import type { CommandContext } from '@mammokit/command-line'
import type { FigureOptions } from '@mammokit/pf1-metric'

const restMs = 50

/** Shows the bootstrap of `figures` figures as one stage, and lets signals through between two resamples. */
export function resamplingStage(
  label: string,
  figures: number,
  { resamples, seed }: { readonly resamples: number; readonly seed: number },
  { progress, signal }: CommandContext,
): FigureOptions {
  let done = 0
  let rested = performance.now()
  progress.start(label, figures * resamples)
  return {
    resamples,
    seed,
    onResample() {
      progress.update(++done)
      const now = performance.now()
      if (now - rested < restMs) return undefined
      rested = now
      return setImmediate().then(() => signal?.throwIfAborted())
    },
  }
}
