import type { OperationName, RequestOf } from '../operations.js';
import { accountRequests, userRequests } from './account-requests.js';
import { agreeing } from './agreement.js';
import { connectionRequests, serviceRequests } from './connection-requests.js';
import { conversationRequests, memberRequests, messageRequests } from './conversation-requests.js';

type Requests = { [Name in OperationName]: RequestOf<Name> };

/** JSON Schema of the request of every operation: path, query and body fields together. */
export const requestSchemas = agreeing<Requests>()({
  ...accountRequests,
  ...userRequests,
  ...conversationRequests,
  ...memberRequests,
  ...messageRequests,
  ...connectionRequests,
  ...serviceRequests,
});
