// Apache httpd, as its official image starts it: serves a folder.
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { signalNumbers } from '../../signals.ts';
import { decode } from '../../text.ts';
import { binaryText } from '../network/binary-text.ts';
import { httpDate, logDate } from '../network/http-message.ts';
import { listenAt } from '../network/socket.ts';
import { bodyLength, type HttpResponse, serveHttp } from './http-server.ts';
import { findServed, typeOf } from './served-file.ts';

export const apacheHttpd: Program = function* (process, argv) {
  const version = /Apache\/(\d+\.\d+\.\d+)/.exec(binaryText(process, argv[0] ?? ''))?.[1] ?? '2.4.65';
  const config = readOr(process, '/usr/local/apache2/conf/httpd.conf');
  const port = Number(/^Listen (?:\S+:)?(\d+)/m.exec(config)?.[1] ?? '80');
  const root = /^DocumentRoot "?([^"\n]+)"?/m.exec(config)?.[1] ?? '/usr/local/apache2/htdocs';
  const say = (level: string, words: string): Blocking =>
    process.complain(
      `[${new Date(process.clock.now).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) (\S+) GMT$/, '$1 $3 $2 $5.000000 $4')}] [${level}] [pid ${process.pid}:tid ${process.pid}] ${words}\n`,
    );
  yield* process.complain(
    `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${process.kernel.network.ip}. Set the 'ServerName' directive globally to suppress this message\n`,
  );
  let listener: ReturnType<typeof listenAt>;
  try {
    listener = listenAt(process, port);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    yield* process.complain(
      `(98)${error.message}: AH00072: make_sock: could not bind to address 0.0.0.0:${port}\nno listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
    );
    return 1;
  }
  yield* say('mpm_event:notice', `AH00489: Apache/${version} (Unix) configured -- resuming normal operations`);
  yield* say('core:notice', "AH00094: Command line: 'httpd -D FOREGROUND'");
  process.exitOn([signalNumbers.TERM, signalNumbers.INT, signalNumbers.WINCH], 0);
  return yield* serveHttp(process, listener, {
    *handle(request): Blocking<HttpResponse> {
      const found = findServed(process, root, request.target);
      const common: HttpResponse['headers'] = [
        ['Date', httpDate(process.clock.now)],
        ['Server', `Apache/${version} (Unix)`],
      ];
      if (found.kind === 'file') {
        const headers: HttpResponse['headers'] = [
          ...common,
          ['Last-Modified', httpDate(found.modifiedMs)],
          ['ETag', `"${found.bytes.length.toString(16)}-${Math.floor(found.modifiedMs / 1000).toString(16)}"`],
          ['Accept-Ranges', 'bytes'],
          ['Content-Length', String(found.bytes.length)],
          ['Content-Type', typeOf(found.path)],
        ];
        return { status: 200, headers, body: found.bytes };
      }
      const [status, title, words] =
        found.kind === 'missing'
          ? [404, 'Not Found', 'The requested URL was not found on this server.']
          : [403, 'Forbidden', "You don't have permission to access this resource."];
      const body = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${title}</title>\n</head><body>\n<h1>${title}</h1>\n<p>${words}</p>\n</body></html>\n`;
      return {
        status,
        headers: [...common, ['Content-Length', String(bodyLength(body))], ['Content-Type', 'text/html; charset=iso-8859-1']],
        body,
      };
    },
    *log({ remote, method, target, version: protocol }, response) {
      yield* process.print(
        `${remote.ip} - - [${logDate(process.clock.now)}] "${method} ${target} ${protocol}" ${response.status} ${bodyLength(response.body)}\n`,
      );
    },
  });
};

function readOr(process: Process, path: string): string {
  try {
    return decode(process.readFile(path));
  } catch (error) {
    if (error instanceof Errno) return '';
    throw error;
  }
}
