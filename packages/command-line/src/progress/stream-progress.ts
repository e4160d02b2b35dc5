import { type OutputStream, watch, writeText } from '../terminal/output.ts'
import { barProgress } from './bar-progress.ts'
import { plainProgress } from './plain-progress.ts'
import type { Progress } from './progress.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A bar where the stream is a terminal that can draw it, otherwise plain lines. */
export function streamProgress(stream: OutputStream, env: Environment = process.env): Progress {
  watch(stream)
  return stream.isTTY && canDraw(env) ? barProgress(stream) : plainProgress((text) => writeText(stream, `${text}\n`))
}

/** Open MPI's mpirun hands its processes a terminal of its own making, whether its output goes to a terminal or to a file. */
function canDraw({ TERM, OMPI_COMM_WORLD_SIZE }: Environment): boolean {
  return TERM !== 'dumb' && OMPI_COMM_WORLD_SIZE === undefined
}
