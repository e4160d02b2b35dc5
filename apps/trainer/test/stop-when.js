/** Loaded before a command by `node --import`: sends its process the signal STOP_SIGNAL once its output contains STOP_WHEN. */
const { STOP_SIGNAL, STOP_WHEN } = process.env
const write = process.stdout.write.bind(process.stdout)
let written = ''

process.stdout.write = (chunk, ...rest) => {
  const isBefore = !written.includes(STOP_WHEN)
  written += chunk
  const isWritten = write(chunk, ...rest)
  if (isBefore && written.includes(STOP_WHEN)) process.kill(process.pid, STOP_SIGNAL)
  return isWritten
}
