import { CsvError } from '../src/index.ts'

/** The CsvError that `act` throws. */
export function errorOf(act: () => unknown): CsvError {
  try {
    act()
  } catch (error) {
    if (error instanceof CsvError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
