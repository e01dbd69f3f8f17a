// An esbuild plugin that takes about 100 ms off the first frame: what some packages prepare when they are loaded is prepared when it is used.
// tests/scripts/fast-start.test.ts shows that the widths of texts stay the same. A pattern that no longer matches fails the build.
import { readFileSync } from 'node:fs';

const narrow = '\\u0020-\\u007E\\u00A1-\\u00AC\\u00AE-\\u024F\\u2010-\\u2027\\u2190-\\u2199\\u21B5\\u2500-\\u25CF\\u2713-\\u2718\\u276F';

/** yoga-layout fetches its own inlined WebAssembly, which loads all of Node's HTTP client; without `fetch` it decodes it. */
export function withoutFetch(source) {
  return `const fetch = undefined;\n${source}`;
}

/** `new Intl.Segmenter` takes milliseconds each; it is made at its first use. */
export function withLazySegmenters(source) {
  return source.replace(
    /^const (\w+) = new Intl\.Segmenter\((.*?)\);$/gm,
    (_, name, options) =>
      `let ${name}Made; const ${name} = { segment: (text) => (${name}Made ??= new Intl.Segmenter(${options})).segment(text) };`,
  );
}

/** string-width: the emoji pattern is compiled only for clusters of more than one code unit, and plain text, arrows and boxes skip it. */
export function withFastWidths(source) {
  return replaced(
    replaced(
      source,
      'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;',
      'let rgiEmojiMade; const rgiEmojiRegex = { test: (text) => text.length > 1 && (rgiEmojiMade ??= /^\\p{RGI_Emoji}$/v).test(text) };',
    ),
    'if (/^[\\u0020-\\u007E]*$/.test(string)) {',
    `if (/^[\\u0020-\\u007E]*$/.test(string) || (ambiguousIsNarrow && /^[${narrow}]*$/.test(string))) {`,
  );
}

function replaced(source, from, to) {
  if (!source.includes(from))
    throw new Error(`fast-start: string-width no longer contains ${from}: look at its new version and mend scripts/build/fast-start.mjs`);
  return source.replace(from, to);
}

export const fastStart = {
  name: 'fast-start',
  setup(build) {
    build.onLoad({ filter: /yoga-layout\/dist\/binaries\/yoga-wasm-base64-esm\.js$/ }, ({ path }) => ({
      contents: withoutFetch(readFileSync(path, 'utf8')),
      loader: 'js',
    }));
    build.onLoad(
      { filter: /node_modules\/(string-width|slice-ansi|wrap-ansi|@alcalzone\/ansi-tokenize|ink\/build)\/.*\.js$/ },
      ({ path }) => {
        const source = withLazySegmenters(readFileSync(path, 'utf8'));
        return { contents: /string-width\/index\.js$/.test(path) ? withFastWidths(source) : source, loader: 'js' };
      },
    );
  },
};
