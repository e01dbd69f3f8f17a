// curl's -w: what it can tell of a transfer.

/** What was seen of a transfer. */
export interface TransferFacts {
  httpCode: number;
  contentType: string;
  size: number;
  remoteIp: string;
  remotePort: number;
  localIp: string;
  localPort: number;
  lookupMs: number;
  connectMs: number;
  firstByteMs: number;
  redirects: number;
  redirectUrl: string;
  headerSize: number;
  requestSize: number;
  effectiveUrl: string;
  httpVersion: string;
}

/** Fills in a format's %{variables} and escapes. */
export function expandWriteOut(
  format: string,
  facts: TransferFacts,
  given: {
    readonly totalMs: number;
    readonly uploadSize: number;
    readonly method: string;
    readonly isNew: boolean;
    readonly failure: { readonly code: number; readonly message: string } | undefined;
  },
): string {
  const seconds = (ms: number): string => (ms / 1000).toFixed(6);
  const values: Readonly<Record<string, string>> = {
    http_code: String(facts.httpCode).padStart(3, '0'),
    response_code: String(facts.httpCode).padStart(3, '0'),
    http_version: facts.httpVersion,
    content_type: facts.contentType,
    size_download: String(facts.size),
    size_header: String(facts.headerSize),
    size_request: String(facts.requestSize),
    size_upload: String(given.uploadSize),
    speed_download: String(given.totalMs > 0 ? Math.round((facts.size * 1000) / given.totalMs) : 0),
    remote_ip: facts.remoteIp,
    remote_port: String(facts.remotePort),
    local_ip: facts.localIp,
    local_port: String(facts.localPort),
    time_namelookup: seconds(facts.lookupMs),
    time_connect: seconds(facts.connectMs),
    time_appconnect: seconds(0),
    time_pretransfer: seconds(facts.connectMs),
    time_redirect: seconds(0),
    time_starttransfer: seconds(facts.firstByteMs),
    time_total: seconds(given.totalMs),
    num_connects: String(facts.connectMs > 0 ? 1 : 0),
    num_redirects: String(facts.redirects),
    redirect_url: facts.redirectUrl,
    url_effective: facts.effectiveUrl,
    url: facts.effectiveUrl,
    method: given.method,
    scheme: facts.httpCode > 0 ? (given.isNew ? 'http' : 'HTTP') : '',
    exitcode: String(given.failure?.code ?? 0),
    errormsg: given.failure?.message ?? '',
    ssl_verify_result: '0',
  };
  return format.replace(/%\{([a-z_]+)\}|%%|\\([nrt\\])/g, (match, name: string | undefined, letter: string | undefined) => {
    if (name !== undefined) return values[name] ?? '';
    if (letter !== undefined) return { n: '\n', r: '\r', t: '\t', '\\': '\\' }[letter] ?? '';
    return match === '%%' ? '%' : match;
  });
}
