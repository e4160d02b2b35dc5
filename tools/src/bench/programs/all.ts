import { densePrograms } from './dense.ts'
import { imagePrograms } from './images.ts'
import type { Program } from './program.ts'
import { recurrentPrograms } from './recurrent.ts'

export const programs: readonly Program[] = [...densePrograms, ...recurrentPrograms, ...imagePrograms]
