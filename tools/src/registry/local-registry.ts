/** A registry on this machine that has what is published to it, and everything else from the registry that npm is set to. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { runNpm } from '../install/run-npm.ts'

export interface LocalRegistry {
  readonly url: string
  /** A configuration file for npm that leads there; anybody may publish. */
  readonly userconfig: string
  close(): void
}

/** Installs verdaccio into a folder and starts it there. */
export async function startLocalRegistry(folder: string, port: number): Promise<LocalRegistry> {
  mkdirSync(folder, { recursive: true })
  // verdaccio asks for a moving tag of node-fetch, which mirrors of the registry may not have.
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "overrides": { "node-fetch": "2.6.7" } }\n')
  const { status, output } = runNpm('10.8.2', ['install', 'verdaccio@6.0.5', '--ignore-scripts', '--no-audit'], folder)
  if (status !== 0) throw new Error(`Expected verdaccio from the registry but received: ${output}`)
  const uplink = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()
  writeFileSync(join(folder, 'config.yaml'), configuration(folder, uplink))
  const url = `http://localhost:${port}`
  const userconfig = join(folder, 'npmrc')
  writeFileSync(userconfig, `registry=${url}/\n//localhost:${port}/:_authToken=nobody\n`)
  const server = join(folder, 'node_modules/verdaccio/bin/verdaccio')
  const child = spawn(process.execPath, [server, '--config', join(folder, 'config.yaml'), '--listen', url], {
    stdio: 'ignore',
  })
  await untilItAnswers(url, child)
  return { url, userconfig, close: () => void child.kill() }
}

function configuration(folder: string, uplink: string): string {
  return `storage: ${join(folder, 'storage')}
auth: { htpasswd: { file: ${join(folder, 'htpasswd')} } }
uplinks: { npm: { url: ${JSON.stringify(uplink)}, timeout: 120s, max_fails: 100 } }
packages:
  '@mammokit/*': { access: $all, publish: $all }
  '**': { access: $all, proxy: npm }
max_body_size: 500mb
log: { type: file, path: ${join(folder, 'verdaccio.log')}, level: warn }
`
}

async function untilItAnswers(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt++) {
    if (child.exitCode !== null) throw new Error(`Expected verdaccio to serve but it ended with ${child.exitCode}.`)
    const answer = await fetch(`${url}/-/ping`).catch(() => undefined)
    if (answer?.ok) return
    await setTimeout(500)
  }
  throw new Error('Expected verdaccio to serve within a minute but it did not.')
}
