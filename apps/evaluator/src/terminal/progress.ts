/** How a command tells what it is doing: a bar on a terminal, plain lines in a pipe, nothing in a test. */
import { SingleBar } from 'cli-progress'

export interface Progress {
  /** Begins a stage of `total` items. */
  start(label: string, total: number): void
  /** Says how many items are done. */
  update(done: number): void
  stop(): void
  /** Prints a line of its own. */
  line(text: string): void
}

/** What a command gets beside its configuration: a way to be stopped and a way to tell how far it is. */
export interface CommandContext {
  readonly signal?: AbortSignal
  readonly progress: Progress
}

export const silentContext: CommandContext = { progress: { start() {}, update() {}, stop() {}, line() {} } }

/** A bar where the stream is a terminal, otherwise a line for every tenth of a stage. */
export function streamProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? barProgress(stream) : plainProgress((text) => stream.write(`${text}\n`))
}

/** Plain lines: one for every tenth of a stage. */
export function plainProgress(write: (text: string) => void): Progress {
  let stage = { label: '', total: 0, tenth: 0 }
  return {
    start(label, total) {
      stage = { label, total, tenth: 0 }
    },
    update(done) {
      const tenth = Math.floor((10 * done) / stage.total)
      if (tenth <= stage.tenth) return
      stage.tenth = tenth
      write(`${stage.label}: ${done}/${stage.total}`)
    },
    stop() {},
    line: write,
  }
}

function barProgress(stream: NodeJS.WriteStream): Progress {
  const format = '{label} [{bar}] {value}/{total} {eta_formatted}'
  let bar: SingleBar | undefined
  return {
    start(label, total) {
      bar = new SingleBar({ format, stream, barsize: 24, hideCursor: true, etaBuffer: 50, gracefulExit: false })
      bar.start(total, 0, { label })
    },
    update(done) {
      bar?.update(done)
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
