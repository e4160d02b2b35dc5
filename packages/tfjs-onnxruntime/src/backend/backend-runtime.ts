/** Sessions of the tfjs backend: synchronous with onnxruntime-node, otherwise asynchronous. */
import { loadSynchronousRuntime } from '#runtime'
import { EngineError, failedRun } from '../errors.ts'
import { GraphBuilder } from '../graph/builder.ts'
import { encodeModel } from '../onnx/encode-model.ts'
import { checkOptions, openSession, type SessionOptions, sessionOptionsFor } from '../run/session.ts'
import { isCpu } from '../runtime/runtime.ts'
import type { BackendRuntime, BackendSession } from './backend-session.ts'

/** Selects the execution provider by running a trivial graph. @throws {EngineError} `provider` where none works */
export async function loadBackendRuntime(options: SessionOptions): Promise<BackendRuntime> {
  checkOptions(options)
  if (options.runtime === undefined && options.executionProviders?.includes('openvino'))
    throw new EngineError(
      'provider',
      'Expected a provider of ONNX Runtime for the backend but received openvino, which compiles whole functions. Use compile, or leave openvino out.',
      { executionProviders: options.executionProviders },
    )
  const { session, runtime, executionProvider } = await openSession(smallestModel(), options)
  await session.release()
  const settings = sessionOptionsFor(executionProvider, options)
  const synchronous = options.runtime === undefined ? await loadSynchronousRuntime() : undefined
  if (synchronous !== undefined) {
    const open = (model: Uint8Array, its: typeof settings): BackendSession => {
      const { run, dispose } = synchronous.open(model, its)
      return { run: (feeds, fetches) => orFail(() => run(feeds, fetches)), dispose }
    }
    const ofOperators = { ...settings, intraOpNumThreads: 1, graphOptimizationLevel: 'disabled' } as const
    return {
      Tensor: synchronous.Tensor,
      executionProvider,
      isSynchronous: true,
      open: (model) => open(model, settings),
      openOperator: isCpu(executionProvider) ? (model) => open(model, ofOperators) : undefined,
    }
  }
  return {
    Tensor: runtime.Tensor,
    executionProvider,
    isSynchronous: false,
    async open(model) {
      const opened = await runtime.InferenceSession.create(model, settings)
      return {
        run: async (feeds, fetches) => ({ ...(await opened.run(feeds, fetches).catch(fail)) }),
        dispose: () => void opened.release(),
      }
    },
  }
}

function fail(cause: unknown): never {
  throw failedRun(cause)
}

function orFail<Result>(run: () => Result): Result {
  try {
    return run()
  } catch (cause) {
    return fail(cause)
  }
}

function smallestModel(): Uint8Array {
  const b = new GraphBuilder()
  const graph = b.finish([b.add('Neg', [b.input([1], 'float32')])])
  return encodeModel(graph, { inputNames: ['x'], outputNames: ['y'] })
}
