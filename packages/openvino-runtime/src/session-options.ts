/** How a model is compiled, and OpenVINO's properties for it. */
import { OpenVinoError } from './open-vino-error.ts'

/** In the order of their worth: float32, and bfloat16 for products and convolutions where the processor has it. */
export const precisions = ['float32', 'bfloat16'] as const

/** What the products and convolutions of a float32 model are computed in. */
export type Precision = (typeof precisions)[number]

/** Options of a session. */
export interface SessionOptions {
  /** Threads of a run, >= 1. @default OpenVINO's choice, the physical cores */
  readonly threads?: number
  /** `bfloat16` is faster and less exact, on processors that have it (AVX-512 BF16, AMX). @default 'float32' */
  readonly precision?: Precision
}

/** What a processor can do, for errors. */
export interface Processor {
  readonly processor: string
  readonly precisions: readonly Precision[]
}

/** OpenVINO's properties: values by name. */
export type Properties = Readonly<Record<string, string>>

const hints: Readonly<Record<Precision, string>> = { float32: 'f32', bfloat16: 'bf16' }

/**
 * OpenVINO's properties for a session.
 *
 * @throws {OpenVinoError} `bad-option`; `unsupported-precision` where the processor lacks it: OpenVINO would take float32 in silence
 */
export function propertiesOf(options: SessionOptions, { processor, precisions: supported }: Processor): Properties {
  const { threads, precision = 'float32' } = options
  const unknown = Object.keys(options).find((name) => name !== 'threads' && name !== 'precision')
  if (unknown !== undefined) throw badOption('threads or precision for an option of a session', unknown)
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
    throw badOption('a whole number of at least 1 for threads', threads)
  if (!precisions.includes(precision)) throw badOption(`one of ${precisions.join(', ')} for precision`, precision)
  if (!supported.includes(precision))
    throw new OpenVinoError(
      'unsupported-precision',
      `Expected a processor with ${precision} but received ${processor}, which computes in ${supported.join(', ')}. Leave the precision out.`,
      { precision, processor, supported },
    )
  return {
    INFERENCE_PRECISION_HINT: hints[precision],
    PERFORMANCE_HINT: 'LATENCY',
    NUM_STREAMS: '1',
    ...(threads !== undefined && { INFERENCE_NUM_THREADS: String(threads) }),
  }
}

function badOption(expected: string, received: unknown): OpenVinoError {
  return new OpenVinoError('bad-option', `Expected ${expected} but received ${String(received)}. Correct it.`, {
    expected,
    received,
  })
}
