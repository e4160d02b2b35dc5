import type { Progress } from './progress.ts'
import { createStage, type Stage } from './stage.ts'

/** Plain lines: one at every tenth of a stage, the last at its end. */
export function plainProgress(write: (text: string) => void): Progress {
  let stage: Stage | undefined
  let tenth = 0
  return {
    start(label, total, options) {
      stage = createStage(label, total, options)
      tenth = 0
    },
    update(done, note) {
      if (stage === undefined) return
      const now = Math.floor((10 * done) / stage.total)
      // Measured at every report, shown at every tenth.
      const figures = stage.figures(done, note)
      if (now <= tenth) return
      tenth = now
      write(`${stage.label}: ${done}/${stage.total}, ${figures}`)
    },
    stop() {
      stage = undefined
    },
    line: write,
  }
}
