/** The JavaScript of libjxl's decoder, where bundlers find it. */
import type { CreateLibJxl } from './load-libjxl.ts'

export async function loadLibJxl(): Promise<CreateLibJxl> {
  // @ts-expect-error: the build puts it there
  return (await import('./jpegxlwasm_decode.js')).default
}
