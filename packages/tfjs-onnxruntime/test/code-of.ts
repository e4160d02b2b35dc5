import { EngineError } from '../src/index.ts'

/** `code: message` of the EngineError that an action fails with. */
export async function codeOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action()
  } catch (error) {
    if (error instanceof EngineError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'no error'
}
