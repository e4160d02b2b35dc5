import { runProgram } from '@mammokit/command-line'
import { commands } from './commands.ts'
import { packageVersion } from './package-version.ts'

process.exitCode = await runProgram({
  name: 'mammokit-trainer',
  description: 'Downloads data sets, writes phantoms, extracts regions of interest, splits and trains.',
  version: packageVersion(),
  commands,
})
