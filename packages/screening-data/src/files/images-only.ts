const ending = /\.(dcm|dicom|png|jpe?g|tiff?|pgm)$/i

/** The files that are images by their name. */
export function imagesOnly(files: Iterable<string>): string[] {
  return [...files].filter((file) => ending.test(file))
}
