/** Ctrl-C and SIGTERM: the first asks the command to stop, the second ends the process at once. */
import { CommandLineError } from '../command-line-error.ts'
import { exitCodes } from '../exit-codes.ts'

const reasons = {
  SIGINT: { code: 'interrupted', exitCode: exitCodes.interrupted },
  SIGTERM: { code: 'terminated', exitCode: exitCodes.terminated },
} as const

type StopSignal = keyof typeof reasons

export interface StopSignals {
  /** Aborted by the first signal; its reason is a CommandLineError `interrupted` or `terminated`. */
  readonly signal: AbortSignal
  /** Stops listening. */
  remove(): void
}

/** Listens for the signals; `exit` ends the process at the second one. */
export function listenForStop(exit: (exitCode: number) => void): StopSignals {
  const stop = new AbortController()
  const onSignal = (name: StopSignal) => {
    const { code, exitCode } = reasons[name]
    if (stop.signal.aborted) return exit(exitCode)
    const message = `Expected to run to the end but received ${name}. Run the same command again to continue.`
    stop.abort(new CommandLineError(code, message, { signal: name }))
  }
  const names = Object.keys(reasons) as StopSignal[]
  for (const name of names) process.on(name, onSignal)
  return {
    signal: stop.signal,
    remove() {
      for (const name of names) process.removeListener(name, onSignal)
    },
  }
}

/** The exit code and the name of the signal for the reason that `listenForStop` gave. */
export function stopOf(reason: unknown): { readonly name: StopSignal; readonly exitCode: number } | undefined {
  const entry = Object.entries(reasons).find(
    ([, { code }]) => reason instanceof CommandLineError && reason.code === code,
  )
  return entry && { name: entry[0] as StopSignal, exitCode: entry[1].exitCode }
}
