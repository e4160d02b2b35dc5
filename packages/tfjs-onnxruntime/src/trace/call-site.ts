/** The caller's location during a trace. */

/** Stack frames of TensorFlow.js, this package and the runtime, which are not the caller's. */
const foreign = [/[\\/]@tensorflow[\\/]/, /[\\/]tfjs-onnxruntime[\\/](src|dist)[\\/]/, /\bnode:/]

/** Enough for tfjs's own frames, several per operator, and those of an enclosing model. */
const maxFrames = 200

/** The caller's frames of the stack, innermost first: `forward (/app/model.ts:12:20)`. Empty if the JavaScript engine provides none. */
export function callSite(): string[] {
  const settings = Error as { stackTraceLimit?: number }
  const { stackTraceLimit } = settings
  settings.stackTraceLimit = maxFrames
  const lines = new Error().stack?.split('\n') ?? []
  if (stackTraceLimit === undefined) delete settings.stackTraceLimit
  else settings.stackTraceLimit = stackTraceLimit
  return lines
    .map((line) => line.trim().replace(/^at /, ''))
    .filter((line) => /:\d+:\d+\)?$/.test(line) && !foreign.some((pattern) => pattern.test(line)))
}
