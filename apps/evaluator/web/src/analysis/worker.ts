/** Computes beside the page: decoders, detector and network are those of Node.js, on onnxruntime-web. */
import { type Model, openModel } from '@mammokit/mammogram-classifier/browser'
import { shrink } from '@mammokit/roi-detector/browser'
import { type AnswerMemory, analyzeStudies, type ShownFrame } from '@mammokit/study-service/browser'
import { heatOf } from './heat-of.ts'
import type { Device, PictureOf, WorkerReport, WorkerRequest } from './messages.ts'
import { shrinkFactor } from './shown-sizes.ts'

/** The global scope of a worker, of which the page's types know only a part. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<WorkerRequest>) => void
  postMessage(report: WorkerReport, transfer?: Transferable[]): void
}

// Half of what a browser reports are whole cores, as a rule. Without isolation there is no shared memory.
const threads = self.crossOriginIsolated ? Math.max(2, Math.min(8, Math.ceil(navigator.hardwareConcurrency / 2))) : 1

let model: Model | undefined
/** Of the open model. */
let answers: AnswerMemory = new Map()
let running: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined
/** One model after another, so that the last one asked for stays. */
let opening: Promise<void> = Promise.resolve()

scope.onmessage = ({ data }) => {
  if (data.type === 'open') opening = opening.then(() => open(data))
  else {
    const before = running
    before?.abort.abort()
    const abort = new AbortController()
    const ended = Promise.resolve(before?.ended).then(() => analyze(data, abort.signal))
    running = { abort, ended }
  }
}

async function open({ file }: Extract<WorkerRequest, { type: 'open' }>): Promise<void> {
  try {
    // In a file of its own, which is all that its threads load.
    const { env } = await import('onnxruntime-web/wasm')
    env.wasm.numThreads = threads
    const given = file && { file: file.bytes, name: file.name }
    const { opened, device } = await openOnBest(given)
    // Also a study that is begun while another one ends has the model that it began with.
    for (let ended = running?.ended; ended; ended = running?.ended === ended ? undefined : running?.ended) await ended
    const before = model
    model = opened
    answers = new Map()
    await before?.dispose()
    scope.postMessage({ type: 'opened', model: opened.description, device, threads: device === 'wasm' ? threads : 1 })
  } catch (error) {
    scope.postMessage({ type: 'open-failed', message: (error as Error).message })
  }
}

/** On the graphics processor where there is one that takes the model. */
async function openOnBest(given: Parameters<typeof openModel>[0]): Promise<{ opened: Model; device: Device }> {
  if (await hasAdapter()) {
    try {
      return { opened: await openModel({ ...given, device: 'webgpu' }), device: 'webgpu' }
    } catch {
      // WebAssembly runs whatever ONNX Runtime reads, and says what is wrong with a file.
    }
  }
  return { opened: await openModel({ ...given, device: 'wasm' }), device: 'wasm' }
}

async function hasAdapter(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } }
  // A driver that hangs must not keep the page from WebAssembly.
  const late = new Promise((resolve) => setTimeout(resolve, 5000, null))
  return (await Promise.race([gpu?.requestAdapter().catch(() => null), late])) != null
}

async function analyze(
  { run, files, shown }: Extract<WorkerRequest, { type: 'analyze' }>,
  signal: AbortSignal,
): Promise<void> {
  const start = performance.now()
  const of = ({ path, laterality, view }: Omit<PictureOf, 'run'>): PictureOf => ({ run, path, laterality, view })
  const frames = new Map<string, ShownFrame['frame']>()
  try {
    signal.throwIfAborted()
    if (!model) throw new Error('The model is not open.')
    for (const [key, { file }] of answers) if (!shown.includes(file)) answers.delete(key)
    const result = await analyzeStudies(files, model, {
      signal,
      answers,
      onImage: (done, all) => scope.postMessage({ type: 'progress', run, done, all }),
      onFrame: ({ image, frame }, facts) => {
        frames.set(facts.path, frame)
        const factor = shrinkFactor(image)
        const small = factor > 1 ? shrink(image, factor) : { ...image, data: image.data.slice() }
        const data = small.data as Uint16Array<ArrayBuffer>
        const picture = { data, height: small.height, width: small.width }
        scope.postMessage({ type: 'picture', ...of(facts), picture, frame }, [data.buffer])
      },
      onSeen: (seen, facts) => {
        const heat = heatOf(seen, frames.get(facts.path)!)
        const transfer = heat ? [heat.data.buffer] : []
        scope.postMessage({ type: 'seen', ...of(facts), heat, chestWall: seen.chestWall }, transfer)
      },
    })
    scope.postMessage({ type: 'result', run, result, durationMs: performance.now() - start })
  } catch (error) {
    if (!signal.aborted) scope.postMessage({ type: 'failed', run, message: (error as Error).message })
  }
}
