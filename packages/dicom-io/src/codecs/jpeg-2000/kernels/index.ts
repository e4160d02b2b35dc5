/** What the decoder of reversible JPEG 2000 does to samples, in AssemblyScript. TypeScript reads the codestream around it. */
export { decodeCodeBlock, writeCodeBlock } from './code-block'
export { restoreColors, shiftLevel } from './samples'
export { halveRow, joinRow, liftEvenRow, liftOddRow } from './wavelet'

/** Where the memory begins that is the caller's. */
export const memoryStart: usize = __heap_base
