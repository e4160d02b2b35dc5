/**
 * `npm run registry-test`: publishes everything to a registry on this machine and uses it as a stranger would, with each
 * supported Node.js and its own npm: an empty project, the README's `npm install` line, the README's example.
 * `npm run registry-test -- 20 roi-detector` is one Node.js and one package. Takes half an hour in full.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installNode, nodeReleases } from '../install/node-release.ts'
import { listPublished, packAll } from '../packages/pack.ts'
import { publishTarball } from '../packages/publish-tarball.ts'
import { startLocalRegistry } from './local-registry.ts'
import { type Trial, tryPackage } from './try-package.ts'

const wanted = process.argv.slice(2)
const releases = nodeReleases.filter(({ node }) => isWanted(node, /^\d+$/))
const projects = (await listPublished()).filter((project) => isWanted(project.split('/')[1], /\D/))
const folder = mkdtempSync(join(tmpdir(), 'mammokit-registry-'))
const registry = await startLocalRegistry(join(folder, 'registry'), 4873)
const failures: string[] = []
try {
  const npmrc = { npm_config_userconfig: registry.userconfig, npm_config_cache: join(folder, 'cache') }
  for (const tarball of await packAll(folder)) {
    console.log(await publishTarball(tarball, [], { ...process.env, ...npmrc }))
  }
  for (const release of releases) {
    const env = { ...installNode(release, join(folder, `node-${release.node}`)), ...npmrc }
    for (const project of projects) report(release.node, await tryPackage(project, env))
  }
} finally {
  registry.close()
  rmSync(folder, { recursive: true, force: true })
}
for (const failure of failures) console.log(`\n${failure}`)
console.log(`${releases.length * projects.length - failures.length} passed, ${failures.length} failed`)
process.exitCode = failures.length > 0 ? 1 : 0

function isWanted(name: string, kind: RegExp): boolean {
  const ofKind = wanted.filter((argument) => kind.test(argument))
  return ofKind.length === 0 || ofKind.includes(name)
}

function report(node: string, { project, versions, seconds, sizeMb, failure }: Trial): void {
  const size = `${sizeMb.toFixed(0).padStart(4)} MB`
  console.log(`${failure ? 'FAILED' : 'passed'}  ${versions}  ${seconds.toFixed(0).padStart(3)} s  ${size}  ${project}`)
  if (failure) failures.push(`${project} on Node ${node}: ${failure}`)
}
