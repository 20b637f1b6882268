import { readFileSync } from 'node:fs';
import { accessDenied, unauthenticated } from './wire/failures.js';
import { grpc, type CallMetadata, type ServerCredentials, type ServiceFailure } from './wire/messages.js';

export type TlsFiles = { readonly certificateFile: string; readonly keyFile: string };
export type User = { readonly name: string; readonly password: string };

export const serverCredentials = (tls: TlsFiles | null): ServerCredentials =>
  tls === null
    ? grpc.ServerCredentials.createInsecure()
    : grpc.ServerCredentials.createSsl(null, [
        { cert_chain: readFileSync(tls.certificateFile), private_key: readFileSync(tls.keyFile) },
      ]);

/** What is wrong with a call's credentials; null when it may go on. Without a user everybody may. */
export const credentialProblem = (metadata: CallMetadata, user: User | null): ServiceFailure | null => {
  if (user === null) return null;
  const [given] = metadata.get('authorization');
  if (given === undefined) return accessDenied();
  const wanted = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
  return given.toString() === wanted ? null : unauthenticated();
};
