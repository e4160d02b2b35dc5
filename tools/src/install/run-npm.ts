/** Runs a given release of npm, fetched from the registry by npx where it is not in its cache. */
import { spawnSync } from 'node:child_process'

export interface NpmRun {
  readonly status: number
  /** Standard output and standard error, in this order. */
  readonly output: string
}

/** Runs `npm <args>` in a folder with the given release of npm and the running Node.js. */
export function runNpm(version: string, args: readonly string[], cwd: string): NpmRun {
  const { status, stdout, stderr } = spawnSync('npx', ['--yes', `npm@${version}`, ...args], {
    cwd,
    encoding: 'utf8',
    env: withoutNpmSettings(process.env),
    // On Windows npx is a command file, which only a shell can start.
    shell: process.platform === 'win32',
  })
  return { status: status ?? 1, output: `${stdout}${stderr}` }
}

/** The environment without what an outer `npm run` hands to its scripts, so that the inner npm reads its settings itself. */
export function withoutNpmSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const inherited = /^npm_(?!config_(registry|cache|userconfig|globalconfig|.*proxy|cafile)$)/i
  return Object.fromEntries(Object.entries(env).filter(([name]) => !inherited.test(name)))
}
