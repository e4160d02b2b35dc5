import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'

/** `npm run docs` writes them from the tables of the two programs. */
const commands = readdirSync(fileURLToPath(new URL('../commands', import.meta.url)))
  .filter((file) => /^(trainer|evaluator)-/.test(file))
  .map((file) => file.replace('.md', ''))
  .map((name) => ({ text: name.replace('-', ' '), link: `/commands/${name}` }))

const source = 'https://github.com/mammokit/mammokit/blob/main/'

export default defineConfig({
  title: 'MammoKit',
  description: 'Breast-cancer detection in screening mammography, in TypeScript.',
  cleanUrls: true,
  // A page of its own, which is copied as it is.
  ignoreDeadLinks: [/\/report$/],
  buildEnd: ({ srcDir, outDir }) => {
    for (const file of ['report.html', 'result.json', 'demo-recording.json'])
      cpSync(join(srcDir, 'samples', file), join(outDir, 'samples', file))
  },
  themeConfig: {
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: 'https://github.com/mammokit/mammokit' }],
    nav: [
      { text: 'Start', link: '/getting-started' },
      { text: 'Commands', link: '/commands/' },
    ],
    sidebar: [
      {
        text: 'Use',
        items: [
          { text: 'Installation', link: '/installation' },
          { text: 'From nothing to a test score', link: '/getting-started' },
          { text: 'In the browser', link: '/in-the-browser' },
          { text: 'Reading the report', link: '/reading-the-report' },
          { text: 'Samples', link: '/samples/' },
          { text: 'A service for studies', link: '/serve' },
          { text: 'DICOM conformance', link: '/dicom-conformance' },
          { text: 'Troubleshooting', link: '/troubleshooting' },
          { text: 'Intended use and limits', link: '/intended-use' },
          { text: 'Results on real cancers', link: '/results' },
        ],
      },
      {
        text: 'Data',
        items: [
          { text: 'Data sets', link: '/data-sets' },
          { text: 'A new data set', link: '/new-data-set' },
          { text: 'Files', link: '/files' },
          { text: 'result.json', link: '/results-format' },
          { text: "Keys of a run's files", link: '/commands/file-keys' },
        ],
      },
      { text: 'Commands', link: '/commands/', collapsed: true, items: commands },
      {
        text: 'Inside',
        items: [
          { text: 'Architecture', link: '/architecture' },
          { text: 'Benchmarks', link: '/benchmarks' },
          { text: 'Scaling', link: '/scaling' },
          { text: 'Notes on the benchmarks', link: '/benchmark-notes' },
          { text: 'Licenses of dependencies', link: '/commands/licenses' },
        ],
      },
    ],
  },
  markdown: {
    // Files of the repository that are no page of the site are shown where they are.
    config: (md) => {
      md.core.ruler.push('links-out-of-docs', ({ tokens }) => {
        for (const { children } of tokens)
          for (const token of children ?? []) {
            const target = token.attrGet('href')
            if (token.type === 'link_open' && target?.startsWith('../')) token.attrSet('href', source + target.slice(3))
          }
      })
    },
  },
})
