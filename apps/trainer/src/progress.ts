/** How a command tells what it is doing: a bar on a terminal, plain lines in a pipe, nothing in a test. */
import { SingleBar } from 'cli-progress'

export interface Progress {
  /** Begins a stage of `total` items; it ends the one before. */
  start(label: string, total: number): void
  /** Says how many items are done, with a short note. */
  update(done: number, note?: string): void
  stop(): void
  /** Prints a line of its own. */
  line(text: string): void
}

export const silentProgress: Progress = { start() {}, update() {}, stop() {}, line() {} }

/** A bar where the stream is a terminal, otherwise a line for every tenth of a stage. */
export function streamProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? barProgress(stream) : plainProgress((text) => stream.write(`${text}\n`))
}

/** Plain lines: one at every tenth of a stage, the last at its end. */
export function plainProgress(write: (text: string) => void): Progress {
  let stage = { label: '', total: 0, tenth: 0 }
  // The speed is that since the first word of a stage: what an earlier run did tells nothing about it.
  let first: { done: number; at: number } | undefined
  return {
    start(label, total) {
      stage = { label, total, tenth: 0 }
      first = undefined
    },
    update(done, note = '') {
      first ??= { done, at: performance.now() }
      const tenth = Math.floor((10 * done) / stage.total)
      if (tenth <= stage.tenth) return
      stage.tenth = tenth
      const secondsEach = (performance.now() - first.at) / 1000 / (done - first.done)
      const left = done > first.done ? `, ${Math.round(secondsEach * (stage.total - done))} s left` : ''
      write(`${stage.label}: ${done}/${stage.total}${left}${note && `, ${note}`}`)
    },
    stop() {},
    line: write,
  }
}

function barProgress(stream: NodeJS.WriteStream): Progress {
  const format = '{label} [{bar}] {value}/{total} {eta_formatted} {note}'
  let bar: SingleBar | undefined
  return {
    start(label, total) {
      bar?.stop()
      bar = new SingleBar({ format, stream, barsize: 24, hideCursor: true, etaBuffer: 50, gracefulExit: false })
      bar.start(total, 0, { label, note: '' })
    },
    update(done, note = '') {
      bar?.update(done, { note })
    },
    stop() {
      bar?.stop()
      bar = undefined
    },
    line(text) {
      stream.write(`${bar ? '\r\x1b[K' : ''}${text}\n`)
    },
  }
}
