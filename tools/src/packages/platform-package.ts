/**
 * The packages `@mammokit/onnxruntime-<platform>-<arch>`: what onnxruntime-node has for one platform, without its install script.
 * `packages/onnxruntime-loader` depends on them optionally; npm installs the one whose `os`, `cpu` and `libc` fit.
 */
import { copyFile, cp, link, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { onnxRuntimeVersion } from '@mammokit/onnxruntime-loader'
import { publishedFields } from './published-fields.ts'

export interface Platform {
  readonly os: 'linux' | 'darwin' | 'win32'
  readonly cpu: 'x64' | 'arm64'
}

/** Those for which onnxruntime-node has binaries. */
export const platforms: readonly Platform[] = [
  { os: 'linux', cpu: 'x64' },
  { os: 'linux', cpu: 'arm64' },
  { os: 'darwin', cpu: 'arm64' },
  { os: 'win32', cpu: 'x64' },
  { os: 'win32', cpu: 'arm64' },
]

export function platformPackageName({ os, cpu }: Platform): string {
  return `@mammokit/onnxruntime-${os}-${cpu}`
}

/** The optional dependencies of the published loader. */
export function platformDependencies(): Record<string, string> {
  return Object.fromEntries(platforms.map((platform) => [platformPackageName(platform), onnxRuntimeVersion]))
}

/** Writes the package of one platform, from the onnxruntime-node that is installed in the workspace, into a folder. */
export async function writePlatformPackage(platform: Platform, folder: string): Promise<void> {
  const source = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
  const { version, dependencies } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8'))
  if (version !== onnxRuntimeVersion) {
    throw new Error(`Expected onnxruntime-node ${onnxRuntimeVersion} but received ${version}. Run "npm ci".`)
  }
  const libraries = join('bin', 'napi-v6', platform.os, platform.cpu)
  await mkdir(join(folder, libraries), { recursive: true })
  for (const name of await readdir(join(source, libraries))) {
    // A second copy of the library under a name that nothing asks for.
    if (name === `libonnxruntime.${version}.dylib`) continue
    await linkOrCopy(join(source, libraries, name), join(folder, libraries, name))
  }
  await cp(join(source, 'dist'), join(folder, 'dist'), { recursive: true })
  const manifest = describe(platform, version, dependencies['onnxruntime-common'])
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  await writeFile(join(folder, 'README.md'), readme(platform, version))
  const license = await readFile(new URL('../../../LICENSE', import.meta.url), 'utf8')
  await writeFile(join(folder, 'LICENSE'), license.replace(/Copyright .*/, 'Copyright (c) Microsoft Corporation'))
}

function describe(platform: Platform, version: string, common: string): object {
  return {
    name: platformPackageName(platform),
    version,
    description: `ONNX Runtime ${version} for Node.js on ${platform.os}/${platform.cpu}: the binaries of onnxruntime-node, without an install script.`,
    license: 'MIT',
    keywords: ['onnx', 'onnxruntime', 'native'],
    ...publishedFields('packages/onnxruntime-loader'),
    author: 'Microsoft Corporation',
    os: [platform.os],
    cpu: [platform.cpu],
    ...(platform.os === 'linux' ? { libc: ['glibc'] } : {}),
    main: 'dist/index.js',
    types: 'dist/index.d.ts',
    dependencies: { 'onnxruntime-common': common },
    publishConfig: { access: 'public' },
  }
}

function readme(platform: Platform, version: string): string {
  return `# ${platformPackageName(platform)}

ONNX Runtime ${version} for Node.js on ${platform.os}/${platform.cpu}.

The files in \`bin\` and \`dist\` are those of [onnxruntime-node](https://www.npmjs.com/package/onnxruntime-node) ${version}, unchanged, by Microsoft Corporation
under the MIT license, with [these notices](https://github.com/microsoft/onnxruntime/blob/v${version}/ThirdPartyNotices.txt). Other platforms and the install script are left out.
[@mammokit/onnxruntime-loader](https://www.npmjs.com/package/@mammokit/onnxruntime-loader) installs and loads it.
`
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  // Not on another disk.
  await link(source, target).catch(() => copyFile(source, target))
}
