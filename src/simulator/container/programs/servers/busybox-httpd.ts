// busybox httpd: serves a folder.
import type { Blocking } from '../../blocking.ts';
import { Errno } from '../../errno.ts';
import type { Process, Program } from '../../process.ts';
import { busyboxBanner } from '../network/binary-text.ts';
import { httpDate } from '../network/http-message.ts';
import { hasOption, optionValue, parseOptions } from '../network/options.ts';
import { listenAt } from '../network/socket.ts';
import { type HttpRequest, type HttpResponse, serveHttp } from './http-server.ts';
import { absolutePath, findServed, typeOf } from './served-file.ts';

export const busyboxHttpd: Program = function* (process, argv) {
  const parsed = parseOptions(argv.slice(1), { short: 'ifvp:u:c:h:r:m:e:d:M:' });
  if (parsed.error !== undefined) {
    yield* process.complain(
      `httpd: ${parsed.error}\n${busyboxBanner(process)}\n\nUsage: httpd [-ifv[v]] [-c CONFFILE] [-p [IP:]PORT] [-u USER[:GRP]] [-r REALM] [-h HOME]\n`,
    );
    return 1;
  }
  const [, address, portText] = /^(?:(.*):)?(\d+)$/.exec(optionValue(parsed, 'p') ?? '80') ?? [];
  const root = absolutePath(process, optionValue(parsed, 'h') ?? '.');
  const isVerbose = hasOption(parsed, 'v');
  if (process.kernel.files.lookUp(process, root)?.type !== 'directory') {
    yield* process.complain(`httpd: can't change directory to '${root}': No such file or directory\n`);
    return 1;
  }
  const serve = function* (server: Process): Blocking<number> {
    let listener: ReturnType<typeof listenAt>;
    try {
      listener = listenAt(server, Number(portText), address);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      yield* server.complain(`httpd: bind: ${error.message}\n`);
      return 1;
    }
    return yield* serveHttp(server, listener, {
      handle: (request) => answerBusybox(server, root, request),
      *log({ remote, target }, { status }) {
        if (isVerbose)
          yield* server.complain(
            `[::ffff:${remote.ip}]:${remote.port}: url:${target}\n[::ffff:${remote.ip}]:${remote.port}: response:${status}\n`,
          );
      },
    });
  };
  if (hasOption(parsed, 'f')) return yield* serve(process);
  const child = process.fork(argv);
  child.run(serve(child));
  return 0;
};

function* answerBusybox(process: Process, root: string, request: HttpRequest): Blocking<HttpResponse> {
  const date = httpDate(process.clock.now);
  const found = findServed(process, root, request.target);
  if (found.kind === 'file') {
    const headers: HttpResponse['headers'] = [
      ['Date', date],
      ['Content-type', typeOf(found.path)],
      ['Accept-Ranges', 'bytes'],
      ['Last-Modified', httpDate(found.modifiedMs)],
      ['ETag', `"${Math.floor(found.modifiedMs / 1000).toString(16)}-${found.bytes.length.toString(16)}"`],
      ['Content-Length', String(found.bytes.length)],
    ];
    return { status: 200, headers, body: found.bytes, close: true };
  }
  const [status, title, words] = found.kind === 'denied' ? [403, 'Forbidden', ''] : [404, 'Not Found', 'The requested URL was not found'];
  const body = `<HTML><HEAD><TITLE>${status} ${title}</TITLE></HEAD>\n<BODY><H1>${status} ${title}</H1>\n${words}\n</BODY></HTML>\n`;
  return {
    status,
    reason: title,
    headers: [
      ['Date', date],
      ['Content-type', 'text/html'],
    ],
    body,
    close: true,
  };
}
