// The tag in an image's reference, which decides the default pull policy.

/**
 * 'latest' when the reference names none; '' when it names a digest only, or can't be read.
 * kubernetes: pkg/util/parsers/parsers.go
 */
export function imageTag(image: string): string {
  const [name, digest] = splitOnce(image, '@');
  const lastPart = name.slice(name.lastIndexOf('/') + 1);
  const [base, tag] = splitOnce(lastPart, ':');
  const path = name.slice(0, name.length - lastPart.length) + base;
  if (!isReadable(path) || (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag))) return '';
  return tag ?? (digest === undefined ? 'latest' : '');
}

function isReadable(path: string): boolean {
  const parts = path.split('/');
  const [first] = parts;
  const hasHost = parts.length > 1 && (first!.includes('.') || first!.includes(':') || first === 'localhost');
  return (hasHost ? parts.slice(1) : parts).every((part) => /^[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*$/.test(part));
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
