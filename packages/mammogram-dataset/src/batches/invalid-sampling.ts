import { DatasetError } from '../dataset-error.ts'

export function invalidSampling(name: string, expected: string, received: unknown, remedy: string): DatasetError {
  const message = `Expected ${expected} for ${name} but received ${String(received)}. ${remedy}`
  return new DatasetError('invalid-options', message, { name, received })
}
