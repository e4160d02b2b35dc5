/**
 * A peer written in Python: a program in `tools/bench/peers` that prints `ready` once it is warm, then does one round for
 * each line that it reads and prints the seconds. A package that it cannot import makes it a missing peer, not an error.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Contender, MissingPeer } from './benchmark.ts'

const peersFolder = fileURLToPath(new URL('../../bench/peers/', import.meta.url))

const python = process.env.PYTHON ?? 'python3'

/** Starts `tools/bench/peers/<script>` with the interpreter named by the variable PYTHON (default `python3`). */
export async function startPythonPeer(
  name: string,
  script: string,
  args: readonly string[],
): Promise<Contender | MissingPeer> {
  return startPeer(name, python, [peersFolder + script, ...args])
}

/** What `tools/bench/peers/<script>` writes for the bytes that it is given, or why it cannot. */
export function runPythonPeer(
  name: string,
  script: string,
  args: readonly string[],
  input: Uint8Array,
): Buffer | MissingPeer {
  const { status, stdout, stderr, error } = spawnSync(python, [peersFolder + script, ...args], {
    input,
    maxBuffer: Number.POSITIVE_INFINITY,
  })
  if (status === 0) return stdout
  return { name, reason: status === null ? String(error) : lastLine(String(stderr)) }
}

/** Starts any program that speaks as the Python peers do: `ready`, then seconds for each line. */
export async function startPeer(
  name: string,
  command: string,
  args: readonly string[],
): Promise<Contender | MissingPeer> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const errors: string[] = []
  child.stderr.on('data', (chunk) => errors.push(String(chunk)))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const failed = new Promise<never>((_, reject) => child.once('error', reject))
  failed.catch(() => undefined)
  const nextLine = async (): Promise<string | undefined> => {
    const { value, done } = await Promise.race([lines.next(), failed])
    return done ? undefined : value
  }
  const lastError = () => lastLine(errors.join(''))
  try {
    const greeting = await nextLine()
    if (greeting !== 'ready') return { name, reason: greeting ?? lastError() }
  } catch (error) {
    return { name, reason: (error as Error).message }
  }
  return {
    name,
    round: async () => {
      child.stdin.write('round\n')
      const seconds = Number(await nextLine())
      if (!(seconds > 0)) throw new Error(`Expected seconds from ${name} but it stopped: ${lastError()}`)
      return seconds
    },
    close: async () => {
      child.stdin.end()
    },
  }
}

/** The line of a traceback that names the error. */
function lastLine(errors: string): string {
  return errors.trim().split('\n').at(-1) || 'it ended without a word'
}
