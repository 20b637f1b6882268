import type { RequestId } from './frames.js';
import type { OperationName, RequestOf } from './operations.js';
import type { ProtocolError } from './protocol-error.js';

const idText = (id: RequestId | null): string => (typeof id === 'string' ? JSON.stringify(id) : String(id));

export const encodeRequestText = <Name extends OperationName>(id: RequestId, op: Name, d: RequestOf<Name>): string =>
  `{"id":${idText(id)},"op":"${op}","d":${JSON.stringify(d)}}`;

/** `dText` is JSON text already, so that what is encoded once is never encoded again. */
export const encodeReplyText = (re: RequestId, dText = '{}'): string => `{"re":${idText(re)},"ok":true,"d":${dText}}`;

export const encodeErrorText = (re: RequestId | null, error: ProtocolError): string =>
  `{"re":${idText(re)},"ok":false,"error":${JSON.stringify(error)}}`;

/** `cur` is null on events that carry none. The same text serves every recipient. */
export const encodePushText = (ev: string, cur: string | null, dText: string): string =>
  cur === null ? `{"ev":"${ev}","d":${dText}}` : `{"ev":"${ev}","cur":${JSON.stringify(cur)},"d":${dText}}`;
