import { createRequire } from 'node:module'
import type { SingleBar } from 'cli-progress'
import type { OutputStream } from '../terminal/output.ts'
import type { Progress } from './progress.ts'
import { createStage, type Stage } from './stage.ts'

const redrawMs = 100

/** A bar that is drawn anew on its line, with speed, memory and the time left. */
export function barProgress(stream: OutputStream): Progress {
  let bar: SingleBar | undefined
  let stage: Stage | undefined
  let drawn = 0
  const stop = () => {
    bar?.stop()
    bar = undefined
  }
  return {
    start(label, total, options) {
      stop()
      stage = createStage(label, total, options)
      drawn = Number.NEGATIVE_INFINITY
      // Loaded with the first bar: in a pipe there is none.
      const { SingleBar: Bar } = createRequire(import.meta.url)('cli-progress') as typeof import('cli-progress')
      const format = '{label} [{bar}] {value}/{total}{figures}'
      bar = new Bar({ format, stream, barsize: 24, hideCursor: true, gracefulExit: false, fps: 1000 })
      bar.start(total, 0, { label, figures: '' })
    },
    update(done, note) {
      if (stage === undefined || bar === undefined) return
      const now = performance.now()
      if (now - drawn < redrawMs && done < stage.total) return
      drawn = now
      bar.update(done, { figures: `  ${stage.figures(done, note)}` })
    },
    stop,
    line(text) {
      // The bar returns to the position that is saved last when it ends: below this line, where it is drawn anew.
      stream.write(bar ? `\r\x1b[K${text}\n\x1b7` : `${text}\n`)
    },
  }
}
