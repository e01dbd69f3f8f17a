// Why a real cluster can't be asked, in a sentence, and what to do.
import { StatusError } from '../apimachinery/status-error.ts';
import { ClusterError } from './cluster.ts';

interface SystemError {
  readonly code?: string;
  readonly message?: string;
  readonly cause?: unknown;
  readonly syscall?: string;
  readonly path?: string;
}

const networkCodes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'it refuses the connection',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  UND_ERR_SOCKET: 'the connection broke',
  ETIMEDOUT: "it doesn't answer",
  UND_ERR_CONNECT_TIMEOUT: "it doesn't answer",
  UND_ERR_HEADERS_TIMEOUT: "it doesn't answer",
  UND_ERR_BODY_TIMEOUT: "it doesn't answer",
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ENOTFOUND: "its name isn't known",
  EAI_AGAIN: "its name can't be looked up",
};

/** A ClusterError for what went wrong on the way to the server; what already is an answer stays as it is. */
export function unreachable(error: unknown, context: string): Error {
  if (error instanceof ClusterError || error instanceof StatusError) return error;
  const causes = causesOf(error);
  const coded = causes.find(({ code }) => code !== undefined);
  const code = coded?.code ?? '';
  const message = causes.map(({ message }) => message).find((text) => text && text !== 'fetch failed') ?? String(error);
  if (networkCodes[code])
    return new ClusterError(
      `the cluster of context "${context}" can't be reached: ${networkCodes[code]} (${code}).`,
      'See whether it runs and whether kubectl reaches it.',
      error,
    );
  if (/CERT|SSL|TLS|SELF_SIGNED|ISSUER|ALTNAME/.test(code) || /certificate/i.test(message))
    return new ClusterError(
      `the certificate of the cluster of context "${context}" can't be trusted: ${message}.`,
      'See that certificate-authority and server in your kubeconfig are those of this cluster.',
      error,
    );
  if (coded?.syscall?.startsWith('spawn'))
    return new ClusterError(
      `the command ${coded.path ?? ''} that signs you in to context "${context}" can't be run (${code}).`,
      'Install it, or mend the exec section of your kubeconfig.',
      error,
    );
  return new ClusterError(`the cluster of context "${context}" can't be asked: ${message.trim()}.`, 'See whether kubectl can.', error);
}

/** Whether trying again later may help: the server couldn't be reached, or is just starting. */
export function mayPass(error: unknown): boolean {
  if (error instanceof StatusError) return error.status.code >= 500;
  if (!(error instanceof ClusterError)) return false;
  const codes = causesOf(error.cause).map(({ code }) => code ?? '');
  return codes.some((code) => networkCodes[code] !== undefined) || /no answer within/.test(error.message);
}

function causesOf(error: unknown): SystemError[] {
  const found: SystemError[] = [];
  for (let cause = error; typeof cause === 'object' && cause !== null && found.length < 8; cause = (cause as SystemError).cause) {
    found.push(cause as SystemError);
    const { errors } = cause as { errors?: unknown };
    if (Array.isArray(errors)) found.push(...(errors as SystemError[]));
  }
  return found;
}
