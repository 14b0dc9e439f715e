// The models that apps may ask for by name, as models/manifest.json has them.

/**
 * @param manifest the document of manifest.json.
 * @returns its entries without their variants, each followed by its named variants as entries of
 * their own, which differ in name, title, file, dtype, size and hash.
 */
export function namedModels(manifest) {
  return manifest.models.flatMap(({ variants = [], ...model }) => [
    model,
    ...variants
      .filter(({ name }) => name !== undefined)
      .map(({ quality, ...variant }) => ({ ...model, ...variant, default: false })),
  ]);
}
