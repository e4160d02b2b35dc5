/** Writing to a terminal, file or pipe that may go away: whoever reads along may leave (`| head`), and the work goes on. */

/** A stream to write text to, such as `process.stdout`. */
export type OutputStream = NodeJS.WritableStream & { readonly isTTY?: boolean }

const closed = new WeakSet<OutputStream>()
const watched = new WeakSet<OutputStream>()

/** Writes text unless the stream has failed before. */
export function writeText(stream: OutputStream, text: string): void {
  watch(stream)
  if (!closed.has(stream)) stream.write(text)
}

/** From now on an error of the stream ends its output, not the process. */
export function watch(stream: OutputStream): void {
  if (watched.has(stream)) return
  watched.add(stream)
  stream.on('error', () => closed.add(stream))
}
