import { runProgram } from '@mammokit/command-line'
import { commands } from './commands.ts'
import { packageVersion } from './version.ts'

process.exitCode = await runProgram({
  name: 'mammokit-evaluator',
  description: 'Predicts with every checkpoint, selects checkpoint and threshold, tests once and reports.',
  version: packageVersion(),
  commands,
})
