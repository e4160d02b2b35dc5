const ending = /\.(dcm|dicom|png|jpe?g|tiff?|pgm)$/i

/** The files that are images by their name and that no row is about. */
export function findUnlisted(files: readonly string[], listed: ReadonlySet<string>): string[] {
  return files.filter((file) => !listed.has(file) && ending.test(file))
}
