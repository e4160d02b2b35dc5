/** What the codes of a result say to people. */

const texts: readonly (readonly [RegExp, string])[] = [
  [/^view:no-(.+)$/, 'no $1 view'],
  [/^images:1-left-out$/, '1 image left out'],
  [/^images:(\d+)-left-out$/, '$1 images left out'],
  [/^images:1-of-unknown-side$/, '1 image of an unknown side'],
  [/^images:(\d+)-of-unknown-side$/, '$1 images of an unknown side'],
  [/^breast:no-r$/, 'no image of the right breast'],
  [/^breast:no-l$/, 'no image of the left breast'],
  [/^breast:r-abstained$/, 'no answer for the right breast'],
  [/^breast:l-abstained$/, 'no answer for the left breast'],
  [/^heatmap:none$/, 'the model gives no heatmap'],
  [/^uid:shared$/, 'another image has the same identifier'],
  [/^bytes:shared$/, 'the same picture is given for another side or view'],
  [/^laterality:from-name$/, 'side taken from the file name'],
  [/^view:from-name$/, 'view taken from the file name'],
  [/^identifier:BurnedInAnnotation$/, 'text in the picture may identify the patient'],
  [/^raster:polarity-inferred$/, 'black and white inferred from the picture'],
  [/^raster:polarity-inverted$/, 'shown inverted: the picture looks like a negative'],
  [/^raster:bits-(\d+)-inferred$/, '$1 bits inferred from the values'],
]

/**
 * @example
 * warningText('view:no-mlo') // 'no MLO view'
 * warningText('images:2-left-out') // '2 images left out'
 */
export function warningText(code: string): string {
  const known = texts.find(([pattern]) => pattern.test(code))
  if (!known) return code
  return code
    .replace(known[0], known[1])
    .replace(/^no (\w+) view$/, (_, view: string) => `no ${view.toUpperCase()} view`)
}
