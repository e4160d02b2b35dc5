/** What the decoder of JPEG 2000 does to samples, in AssemblyScript. TypeScript reads the codestream around it. */
export { decodeCodeBlock, writeCodeBlock, writeRealCodeBlock } from './code-block'
export { joinRealRow, liftRealRow } from './irreversible-wavelet'
export { restoreColors, restoreRealColors, shiftLevel, shiftRealLevel } from './samples'
export { halveRow, joinRow, liftEvenRow, liftOddRow } from './wavelet'

/** Where the memory begins that is the caller's. */
export const memoryStart: usize = __heap_base
