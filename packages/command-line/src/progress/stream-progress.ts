import { type OutputStream, watch, writeText } from '../terminal/output.ts'
import { barProgress } from './bar-progress.ts'
import { plainProgress } from './plain-progress.ts'
import type { Progress } from './progress.ts'

/** A bar where the stream is a terminal, otherwise plain lines. */
export function streamProgress(stream: OutputStream): Progress {
  watch(stream)
  return stream.isTTY ? barProgress(stream) : plainProgress((text) => writeText(stream, `${text}\n`))
}
