/** What the page is made of beside its modules: the style of every page, the notice, the example, the service worker. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pageStyle } from '@mammokit/html-page'
import { notice } from '@mammokit/study-service'
import type { Plugin } from 'vite'
import { contentPolicy, serviceWorkerText } from './service-worker.ts'
import { makeExample } from './write-example.ts'

/** Only where there is an adapter: it is kept when it is fetched. */
const isFetchedLater = (path: string): boolean => /asyncify|jsep|jspi|webgpu/.test(path)

export function pagePlugin(): Plugin {
  let folder = ''
  return {
    name: 'mammokit-page',
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir)
    },
    transformIndexHtml: (text) =>
      text
        .replace('<!-- policy -->', `<meta http-equiv="Content-Security-Policy" content="${contentPolicy}" />`)
        .replace('<!-- style of every page -->', `<style>${pageStyle}</style>`)
        .replace('<!-- notice -->', noticeMarkup()),
    async generateBundle() {
      for (const [name, source] of await makeExample()) {
        this.emitFile({ type: 'asset', fileName: `example/${name}`, source })
      }
    },
    closeBundle() {
      const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'service-worker.js')
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(folder.length + 1)
            .replaceAll('\\', '/'),
        )
        .sort()
      const hash = createHash('sha256')
      for (const path of paths) hash.update(path).update(readFileSync(join(folder, path)))
      const kept = ['./', ...paths.filter((path) => !isFetchedLater(path)).map((path) => `./${path}`)]
      writeFileSync(join(folder, 'service-worker.js'), serviceWorkerText(kept, hash.digest('hex').slice(0, 16)))
    },
  }
}

/** The first words stand out. */
function noticeMarkup(): string {
  const [use, device, ...rest] = notice.split(/(?<=[.:]) /)
  return `<strong>${use} ${device}</strong> ${rest.join(' ')}`
}
