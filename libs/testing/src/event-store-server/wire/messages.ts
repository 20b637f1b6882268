import { createRequire } from 'node:module';
import type * as grpcModule from '@grpc/grpc-js';
import type * as gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type * as gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type * as features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type * as featureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type * as shared from '@eventstore/db-client/generated/shared_pb.js';
import type * as status from '@eventstore/db-client/generated/status_pb.js';
import type * as streams from '@eventstore/db-client/generated/streams_pb.js';
import type * as streamServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type * as anyMessage from 'google-protobuf/google/protobuf/any_pb.js';
import type * as emptyMessage from 'google-protobuf/google/protobuf/empty_pb.js';

/**
 * The messages and services that the client package was generated with. All of them come from the client's own copies of
 * gRPC and protobuf: the generated code registers itself in one global object, and two copies of it break each other.
 */
const client = createRequire(createRequire(import.meta.url).resolve('@eventstore/db-client'));
const generated = '@eventstore/db-client/generated';

export const grpc = client('@grpc/grpc-js') as typeof grpcModule;
export const messages = {
  ...(client(`${generated}/streams_pb`) as typeof streams),
  shared: client(`${generated}/shared_pb`) as typeof shared,
  status: client(`${generated}/status_pb`) as typeof status,
  features: client(`${generated}/serverfeatures_pb`) as typeof features,
  gossip: client(`${generated}/gossip_pb`) as typeof gossip,
  Any: (client('google-protobuf/google/protobuf/any_pb') as typeof anyMessage).Any,
  Empty: (client('google-protobuf/google/protobuf/empty_pb') as typeof emptyMessage).Empty,
};
export const services = {
  streams: (client(`${generated}/streams_grpc_pb`) as typeof streamServices).StreamsService,
  features: (client(`${generated}/serverfeatures_grpc_pb`) as typeof featureServices).ServerFeaturesService,
  gossip: (client(`${generated}/gossip_grpc_pb`) as typeof gossipServices).GossipService,
};

export type StreamsServer = streamServices.IStreamsServer;
export type FeaturesServer = featureServices.IServerFeaturesServer;
export type GossipServer = gossipServices.IGossipServer;
export type ReadOptions = streams.ReadReq.Options;
export type ReadResponse = streams.ReadResp;
export type BatchRequest = streams.BatchAppendReq;
export type BatchResponse = streams.BatchAppendResp;
export type ProposedMessage = streams.AppendReq.ProposedMessage | streams.BatchAppendReq.ProposedMessage;
export type Uuid = shared.UUID;
export type StreamIdentifier = shared.StreamIdentifier;
export type ServiceFailure = Partial<grpcModule.ServiceError> & Error;
export type ServerCredentials = grpcModule.ServerCredentials;
export type CallMetadata = grpcModule.Metadata;
