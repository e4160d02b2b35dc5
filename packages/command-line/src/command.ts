/** A subcommand as data: its name, the schema of its configuration, its flags, and where its function is. */
import type { z } from 'zod'
import type { Progress } from './progress/progress.ts'
import { silentProgress } from './progress/progress.ts'

/** What a command receives beside its configuration: a way to be stopped and a way to report how far it is. */
export interface CommandContext {
  readonly signal?: AbortSignal
  readonly progress: Progress
}

/** The context of a command that is called as a function: nothing is printed. */
export const silentContext: CommandContext = { progress: silentProgress }

/**
 * Flag by the dotted path of its key, for example `{ 'training.batchSize': '--batch-size <n>' }`; without `<...>` it is a switch, and
 * `<...>` alone is an argument, known by its place among them.
 */
export type Flags = Readonly<Record<string, string>>

/** Runs with a checked configuration; a result whose `failed` is above 0 ends the program with exit code 3, or it has an `exitCode` of its own. */
export type Run<Config> = (config: Config, context: CommandContext) => Promise<unknown>

/** What `defineCommand` takes: a subcommand with its schema and flags. */
export interface CommandDefinition<Schema extends z.ZodObject> {
  readonly name: string
  /** One sentence for `--help`. */
  readonly summary: string
  readonly schema: Schema
  readonly flags: Flags
  /** Words in place of a flag's value that set other keys: `{ '--batch-size auto': { fitBatch: true } }`. @default none */
  readonly words?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Imports the command's function when it is called, so that `--help` loads nothing. */
  readonly load: (config: z.output<Schema>) => Promise<Run<z.output<Schema>>>
}

/** A command of any schema. */
export type Command = Omit<CommandDefinition<z.ZodObject>, 'load'> & {
  readonly load: (config: never) => Promise<Run<never>>
}

/**
 * Checks that a command's function takes what its schema makes.
 *
 * @example
 * defineCommand({ name: 'split', summary: 'Split by patient.', schema, flags: { seed: '--seed <n>' }, load: async () => split })
 */
export function defineCommand<Schema extends z.ZodObject>(definition: CommandDefinition<Schema>): Command {
  return definition
}
