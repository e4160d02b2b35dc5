import { expect, it } from 'vitest'
import { propertiesOf } from '../src/session-options.ts'

const processor = { processor: 'a processor', precisions: ['float32'] } as const
const newer = { processor: 'another', precisions: ['float32', 'bfloat16'] } as const

it('asks OpenVINO for float32, whatever the processor has, and for bfloat16 only by name', () => {
  expect(propertiesOf({}, newer)).toEqual({
    INFERENCE_PRECISION_HINT: 'f32',
    PERFORMANCE_HINT: 'LATENCY',
    NUM_STREAMS: '1',
  })
  expect(propertiesOf({ precision: 'bfloat16', threads: 3 }, newer)).toMatchObject({
    INFERENCE_PRECISION_HINT: 'bf16',
    INFERENCE_NUM_THREADS: '3',
  })
})

it('refuses a precision that the processor lacks, where OpenVINO would take float32 in silence', () => {
  expect(() => propertiesOf({ precision: 'bfloat16' }, processor)).toThrow(
    'Expected a processor with bfloat16 but received a processor, which computes in float32. Leave the precision out.',
  )
})

it.each([
  [{ thread: 2 }, 'Expected threads or precision for an option of a session but received thread.'],
  [{ threads: 0 }, 'Expected a whole number of at least 1 for threads but received 0.'],
  [{ precision: 'bf16' }, 'Expected one of float32, bfloat16 for precision but received bf16.'],
])('refuses %j', (options, message) => {
  expect(() => propertiesOf(options as object, processor)).toThrow(message)
})
