// HTTP requests with Node's own client.
import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { inTime } from './pace.ts';
import type { Server } from './server.ts';

export interface Response {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** {"error":{"code"}} */
  errorCode: string | undefined;
}
export interface RequestOptions {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  ca?: string;
  /** Through this Unix socket. */
  socketPath?: string;
}

export async function request(
  server: Pick<Server, 'origin'>,
  path: string,
  { method = 'GET', headers = {}, ca, socketPath }: RequestOptions = {},
): Promise<Response> {
  const url = new URL(socketPath === undefined ? server.origin : 'http://localhost');
  const answered = new Promise<Response>((resolve, reject) => {
    const options = {
      method,
      headers: { ...headers },
      agent: false,
      path,
      ...(socketPath === undefined ? { host: url.hostname, port: url.port } : { socketPath }),
    };
    const sent =
      url.protocol === 'https:'
        ? requestHttps({
            ...options,
            ...(ca === undefined ? { rejectUnauthorized: false } : { ca }),
          })
        : requestHttp(options);
    sent.once('error', reject);
    sent.once('response', (message) => {
      buffer(message).then((body) => {
        resolve({
          status: message.statusCode ?? 0,
          headers: message.headers,
          body,
          errorCode: errorCode(body),
        });
      }, reject);
    });
    sent.end();
  });
  return await inTime(answered, `${method} ${path}`);
}

function errorCode(body: Buffer): string | undefined {
  try {
    return (JSON.parse(body.toString()) as { error?: { code?: string } }).error?.code;
  } catch {
    return undefined;
  }
}
