/** The Markdown files of the repository: their links, anchors and fenced lines. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceRoot } from '../packages/pack.ts'

export interface MarkdownFile {
  /** Path from the root of the repository. */
  readonly path: string
  readonly text: string
}

/** Every Markdown file that git knows or would add. */
export function markdownFiles(): MarkdownFile[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '*.md']
  const paths = execFileSync('git', args, { cwd: workspaceRoot, encoding: 'utf8' }).split('\0').filter(Boolean)
  return paths.map((path) => ({ path, text: readFileSync(join(workspaceRoot, path), 'utf8') }))
}

const fence = /^ *```.*\n([\s\S]*?)^ *```/gm

/** Targets of links and images, without those in code. */
export function linksOf(text: string): string[] {
  const prose = text.replace(fence, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map(([, target]) => target)
}

/** The anchors that GitHub gives to the headings. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading] of text.replace(fence, '').matchAll(/^#{1,6} +(.+)$/gm)) {
    const slug = slugOf(heading)
    let anchor = slug
    for (let copy = 1; anchors.has(anchor); copy++) anchor = `${slug}-${copy}`
    anchors.add(anchor)
  }
  return anchors
}

function slugOf(heading: string): string {
  const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
}

/** Lines of fenced blocks, those that end with a backslash joined with the next one. */
export function fencedLines(text: string): string[] {
  return [...text.matchAll(fence)].flatMap(([, block]) => block.replace(/\\\n\s*/g, '').split('\n'))
}
