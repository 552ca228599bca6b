/** Corrects what packages say about their own dependencies, where pnpm-workspace.yaml has no words for it. */
module.exports = {
  hooks: {
    readPackage(manifest) {
      // It prints types with the compiler's own API, which TypeScript 7 no longer has; as a peer it would be given ours.
      if (manifest.name === 'openapi-typescript') {
        delete manifest.peerDependencies.typescript;
        manifest.dependencies.typescript = '5.9.3';
      }
      return manifest;
    },
  },
};
