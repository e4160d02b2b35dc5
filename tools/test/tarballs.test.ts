import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listPublished, packProject, unpack, workspaceRoot } from '../src/packages/pack.ts'
import {
  platformDependencies,
  platformPackageName,
  platforms,
  writePlatformPackage,
} from '../src/packages/platform-package.ts'
import { publishedFields, repositoryUrl } from '../src/packages/published-fields.ts'

const projects = await listPublished()
const folder = mkdtempSync(join(tmpdir(), 'mammokit-tarballs-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Where a project's tarball is unpacked. */
const unpacked = (project: string) => join(folder, project)

const filesOf = (path: string) => readdirSync(path, { recursive: true, encoding: 'utf8' })

describe.each(projects)('%s', (project) => {
  let manifest: Record<string, unknown>
  let files: string[]

  beforeAll(async () => {
    mkdirSync(unpacked(project), { recursive: true })
    await unpack(await packProject(project, folder), unpacked(project))
    manifest = JSON.parse(readFileSync(join(unpacked(project), 'package.json'), 'utf8'))
    files = filesOf(unpacked(project))
  })

  it('has the license, a README, and nothing that only the build needs', () => {
    expect(readFileSync(join(unpacked(project), 'LICENSE'), 'utf8')).toBe(
      readFileSync(join(workspaceRoot, 'LICENSE'), 'utf8'),
    )
    expect(files).toContain('README.md')
    expect(files.filter((file) => /\.tsbuildinfo$|\.test\.|^test\//.test(file))).toEqual([])
  })

  it('says who made it, where its source is, where to report, and what it runs on', () => {
    expect(manifest).toMatchObject(publishedFields(project))
    expect(manifest.license).toBe('MIT')
    expect(manifest.description).toMatch(/\.$/)
    expect((manifest.keywords as string[]).length).toBeGreaterThan(2)
  })

  it('is version 0.1.0 until the first release, or later', () => {
    expect(manifest.version).toMatch(/^(0\.[1-9]|[1-9])/)
  })

  it('links in its README lead to a file of the tarball, or to a file of the repository by its address', () => {
    const dead = linksOf(join(unpacked(project), 'README.md')).filter((link) => !leadsSomewhere(link, project))
    expect(dead).toEqual([])
  })

  it('asks for no types of Node.js that it does not bring', () => {
    const declarations = files.filter((file) => file.endsWith('.d.ts'))
    const needy = declarations.filter((file) =>
      /\bBuffer\b|\bNodeJS\.|['"]node:|types="node"/.test(withoutComments(join(unpacked(project), file))),
    )
    const dependencies = (manifest.dependencies ?? {}) as Record<string, string>
    if (!('@types/node' in dependencies)) expect(needy).toEqual([])
  })
})

it('the loader asks for the binaries of every platform optionally, at the version that it loads', () => {
  const manifest = JSON.parse(readFileSync(join(unpacked('packages/onnxruntime-loader'), 'package.json'), 'utf8'))
  expect(manifest.optionalDependencies).toEqual(platformDependencies())
})

it.each(platforms)(
  'the binaries of $os/$cpu are a package without scripts that fits this platform only',
  async (platform) => {
    const path = join(folder, platformPackageName(platform))
    await writePlatformPackage(platform, path)
    const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
    expect(manifest).toMatchObject({
      os: [platform.os],
      cpu: [platform.cpu],
      dependencies: { 'onnxruntime-common': '1.30.0' },
    })
    expect(manifest.scripts).toBeUndefined()
    const binaries = join(path, 'bin', 'napi-v6')
    expect(readdirSync(binaries)).toEqual([platform.os])
    expect(readdirSync(join(binaries, platform.os))).toEqual([platform.cpu])
    expect(readdirSync(join(binaries, platform.os, platform.cpu))).toContain('onnxruntime_binding.node')
    expect(readFileSync(join(path, 'LICENSE'), 'utf8')).toContain('Copyright (c) Microsoft Corporation')
  },
)

/** The targets of a Markdown file's links and images. */
function linksOf(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(/```[\s\S]*?```/g, '')
  return [...text.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map(([, target]) => target)
}

function leadsSomewhere(link: string, project: string): boolean {
  const [target] = link.split('#')
  if (target === '') return true
  if (target.startsWith(repositoryUrl)) {
    const path = /\/(?:tree|blob|raw)\/main\/(.*)$/.exec(target)?.[1]
    return path === undefined || existsSync(join(workspaceRoot, path))
  }
  if (/^https?:/.test(target)) return true
  const path = normalize(join(dirname('README.md'), target))
  return !path.startsWith('..') && existsSync(join(unpacked(project), path))
}

function withoutComments(file: string): string {
  return readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
}
