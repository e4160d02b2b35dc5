import type { Adapter } from './adapter.ts'
import { folder } from './folder.ts'
import { rsna } from './rsna.ts'

/** All layouts that can be read, the most particular first. */
export const adapters: readonly Adapter[] = [rsna, folder]
