// How the game's sources become files that Node runs: split into chunks, so that a command loads what it needs.
import { build } from 'esbuild';
import { fastStart } from './fast-start.mjs';

/** Bundles the entry points (name → source file) into a folder. Resolves to the files that went in. */
export async function bundle(entryPoints, outdir) {
  const { metafile } = await build({
    metafile: true,
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node22',
    jsx: 'automatic',
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: false,
    legalComments: 'none',
    loader: { '.gz': 'binary' },
    // A static import of this optional tool would end the program at its start.
    alias: { 'react-devtools-core': './scripts/build/react-devtools-stub.mjs' },
    // Native, and optional: without it the shell takes the whole screen.
    external: ['@lydell/node-pty'],
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    // What CommonJS modules expect to be there.
    banner: {
      js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url); const __filename = import.meta.filename, __dirname = import.meta.dirname;",
    },
    logLevel: 'warning',
    plugins: [fastStart],
  });
  return Object.keys(metafile.inputs);
}
