/** Strokes of the letters and digits on a mammogram: lead letters, 4 wide and 6 high. */
import type { PathPoint } from './layer.ts'
import { cos, sin } from './portable-math.ts'

/** Points `x,y` from the top left; strokes are separated by `|`. */
const strokes: Record<string, string> = {
  R: '0,6 0,0 2.8,0 3.8,0.8 3.8,2.2 2.8,3 0,3|1.8,3 4,6',
  L: '0,0 0,6 3.6,6',
  C: arc(0.9, 5.4),
  M: '0,6 0,0 2,3.4 4,0 4,6',
  O: arc(0, 6.3),
  '0': '2,0 0.7,0.9 0.4,3 0.7,5.1 2,6 3.3,5.1 3.6,3 3.3,0.9 2,0',
  '1': '0.8,1.4 2.2,0 2.2,6',
  '2': '0.2,1.4 1,0.2 3,0.2 3.8,1.4 3.4,2.8 0.2,6 3.9,6',
  '3': '0.3,0.7 2,0 3.6,1 3.2,2.5 1.6,2.9 3.4,3.4 3.8,4.8 2,6 0.2,5.3',
  '4': '3,6 3,0 0,4 4,4',
  '5': '3.6,0 0.6,0 0.4,2.7 2.4,2.3 3.8,3.6 3.4,5.4 1.6,6 0.2,5.3',
  '6': '3.4,0.4 1.4,1 0.3,3.6 0.8,5.6 2.2,6 3.7,5 3.3,3.3 1.8,2.9 0.5,3.8',
  '7': '0.2,0 3.8,0 1.4,6',
  '8': '2,2.8 0.5,1.7 1,0.3 3,0.3 3.5,1.7 2,2.8 0.2,4.2 0.8,5.8 3.2,5.8 3.8,4.2 2,2.8',
  '9': '3.6,2.3 2.2,3.2 0.5,2.6 0.3,1 1.8,0 3.3,0.5 3.6,2.3 2.8,5 0.8,6',
}

/** An arc of the letter O, clockwise from the right, in radians. */
function arc(from: number, to: number): string {
  const points = Array.from({ length: 25 }, (_, i) => {
    const angle = from + ((to - from) * i) / 24
    return `${2 + 2.1 * cos(angle)},${3 + 3.1 * sin(angle)}`
  })
  return points.join(' ')
}

function advance(letter: string): number {
  return letter === ' ' ? 2.5 : 5.4
}

/** Width in mm of a text whose letters are 6 * size high. */
export function textWidth(text: string, size: number): number {
  return size * [...text].reduce((sum, letter) => sum + advance(letter), -1.4)
}

/** The paths of a text, its top left corner at (x, y), in mm. */
export function textPaths(text: string, x: number, y: number, size: number): PathPoint[][] {
  const paths: PathPoint[][] = []
  let left = x
  for (const letter of text) {
    for (const stroke of strokes[letter]?.split('|') ?? []) {
      paths.push(
        stroke.split(' ').map((point) => {
          const [dx, dy] = point.split(',').map(Number)
          return { x: left + dx * size, y: y + dy * size, widthMm: 0.75 * size, strength: 1 }
        }),
      )
    }
    left += advance(letter) * size
  }
  return paths
}
