/** The fields of package.json that are the same for everything that is published. */

/** Where the source is. Links in READMEs lead here, too. */
export const repositoryUrl = 'https://github.com/mammokit/mammokit'

/** The fields for a folder of the workspace, such as `packages/dicom-io`. */
export function publishedFields(directory: string) {
  return {
    author: 'The MammoKit authors',
    repository: { type: 'git', url: `git+${repositoryUrl}.git`, directory },
    homepage: `${repositoryUrl}/tree/main/${directory}#readme`,
    bugs: { url: `${repositoryUrl}/issues` },
    engines: { node: '>=20.19' },
  } as const
}
