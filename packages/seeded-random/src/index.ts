export { createRandom, type MutableArray, type Random } from './random.ts'
export { RandomError, type RandomErrorCode } from './random-error.ts'
