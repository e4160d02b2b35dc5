/** Runs the subcommand that a command line names: flags to configuration, signals, progress, errors, exit code. */
import { inspect } from 'node:util'
import { CommanderError, Command as Parser } from 'commander'
import type { Command, CommandContext } from './command.ts'
import { CommandLineError } from './command-line-error.ts'
import { valueAt } from './config/json-schema.ts'
import { loadConfig } from './config/load-config.ts'
import { exitCodes } from './exit-codes.ts'
import { addFlags, readFlags } from './flags.ts'
import { streamProgress } from './progress/stream-progress.ts'
import { explainError } from './terminal/explain-error.ts'
import { type OutputStream, watch, writeText } from './terminal/output.ts'
import { listenForStop, stopOf } from './terminal/stop-signals.ts'

/** A program with subcommands, for `runProgram`. */
export interface Program {
  readonly name: string
  /** One sentence for `--help`. */
  readonly description: string
  readonly version: string
  readonly commands: readonly Command[]
}

/** Options of `runProgram`. */
export interface ProgramOptions {
  /** @default process.argv without node and the script */
  readonly args?: readonly string[]
  /** Progress, lines and help. @default process.stdout */
  readonly stdout?: OutputStream
  /** Errors. @default process.stderr */
  readonly stderr?: OutputStream
  /** MAMMOKIT_DEBUG shows stacks. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/**
 * Runs a program and returns its exit code; an error is one line on stderr.
 *
 * @example
 * process.exitCode = await runProgram({ name: 'demo', description: 'Shows how.', version: '1.0.0', commands: [split, train] })
 */
export async function runProgram(program: Program, options: ProgramOptions = {}): Promise<number> {
  const { args = process.argv.slice(2), stdout = process.stdout, stderr = process.stderr, env = process.env } = options
  for (const stream of [stdout, stderr]) watch(stream)
  const progress = streamProgress(stdout)
  const stop = listenForStop((exitCode) => process.exit(exitCode))
  const context: CommandContext = { signal: stop.signal, progress }
  const say = (text: string) => writeText(stderr, `${program.name}: ${text}\n`)
  // What no command waits for, such as an error event of a thread, still gets its line.
  const onUncaught = (error: unknown) => {
    progress.stop()
    say(env.MAMMOKIT_DEBUG ? inspect(error) : explainError(error))
    process.exit(exitCodes.failure)
  }
  process.once('exit', progress.stop) // gives the cursor back
  process.on('uncaughtException', onUncaught)

  let result: unknown
  let places = ''
  const parser = createParser(program, stdout, stderr, async (command, commandParser) => {
    const { files, given } = readFlags(commandParser, command)
    if (files.length > 1) throw twoFiles(files)
    const config = await loadConfig(command.schema, { file: files[0], given, flags: command.flags })
    places = placesOf(command, config)
    const run = await command.load(config as never)
    result = await run(config as never, context)
  })
  try {
    await parser.parseAsync(args, { from: 'user' })
    return exitCodeOf(result)
  } catch (error) {
    progress.stop()
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage
    const stopped = stop.signal.aborted && isStop(error, stop.signal) ? stopOf(stop.signal.reason) : undefined
    if (stopped) {
      say(`stopped by ${stopped.name}. Run the same command again to continue.`)
      return stopped.exitCode
    }
    say(env.MAMMOKIT_DEBUG ? inspect(error) : explainError(error, places))
    return error instanceof CommandLineError ? exitCodes.usage : exitCodes.failure
  } finally {
    stop.remove()
    process.removeListener('exit', progress.stop)
    process.removeListener('uncaughtException', onUncaught)
  }
}

function createParser(
  { name, description, version, commands }: Program,
  stdout: OutputStream,
  stderr: OutputStream,
  action: (command: Command, parser: Parser) => Promise<void>,
): Parser {
  const parser = new Parser(name)
    .description(description)
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => writeText(stdout, text),
      writeErr: (text) => writeText(stderr, text),
      outputError: (text, write) => write(`${explainError(text.replace(/^error: /, `${name}: `))}\n`),
    })
  for (const command of commands) {
    const commandParser = parser.command(command.name).description(command.summary)
    addFlags(commandParser, command)
    commandParser.action(() => action(command, commandParser))
  }
  return parser
}

/** The files and folders of a configuration with their flags, for an error that names no path. */
function placesOf({ flags }: Command, config: unknown): string {
  const places = Object.entries(flags).map(([key, flag]) => [flag, valueAt(config, key.split('.'))] as const)
  return places
    .filter(([flag]) => /<(dir|file|source)>/.test(flag))
    .flatMap(([flag, value]) => [value].flat().map((one) => [flag.split(' ')[0], one] as const))
    .filter(([, value]) => typeof value === 'string')
    .map(([flag, value]) => `${flag} ${value}`)
    .join(', ')
}

/** Whether an error is the command's answer to the signal, not a fault that it met while it stopped. */
function isStop(error: unknown, { reason }: AbortSignal): boolean {
  if (error === reason) return true
  const { name, code, cause } = (error ?? {}) as { name?: unknown; code?: unknown; cause?: unknown }
  return name === 'AbortError' || code === 'aborted' || cause === reason
}

/** That of the result itself, or whether it has items that failed, such as images that cannot be read. */
function exitCodeOf(result: unknown): number {
  const { exitCode, failed } = (result ?? {}) as { exitCode?: unknown; failed?: unknown }
  if (typeof exitCode === 'number') return exitCode
  return Number(failed) > 0 ? exitCodes.incomplete : exitCodes.success
}

function twoFiles(files: readonly string[]): CommandLineError {
  const message = `Expected one file for --config but received ${files.join(' and ')}. Put all keys into one, or use --option.`
  return new CommandLineError('repeated-key', message, { files })
}
