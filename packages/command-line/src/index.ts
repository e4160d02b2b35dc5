export {
  type Command,
  type CommandContext,
  type CommandDefinition,
  defineCommand,
  type Flags,
  type Run,
  silentContext,
} from './command.ts'
export { CommandLineError, type CommandLineErrorCode } from './command-line-error.ts'
export { type ConfigOptions, loadConfig } from './config/load-config.ts'
export { parseConfig } from './config/parse-config.ts'
export type { ConfigSources, GivenValue } from './config/sources.ts'
export { describeOptions, type OptionDescription } from './describe-options.ts'
export { exitCodes } from './exit-codes.ts'
export { formatBytes, formatDuration } from './progress/format-quantity.ts'
export { plainProgress } from './progress/plain-progress.ts'
export { type Progress, type StageOptions, silentProgress } from './progress/progress.ts'
export { streamProgress } from './progress/stream-progress.ts'
export { type Program, type ProgramOptions, runProgram } from './run-program.ts'
export type { OutputStream } from './terminal/output.ts'
export { plural } from './terminal/plural.ts'
export { formatTable } from './terminal/text-table.ts'
