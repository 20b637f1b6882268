import { inboxProjection } from './inbox/inbox.projection.js';
import { membershipProjection } from './membership/membership.projection.js';
import { messageIdsProjection } from './message-ids/message-ids.projection.js';
import type { Projection } from './projection/projection.js';
import { timelineProjection } from './timeline/timeline.projection.js';
import { usersProjection } from './users/users.projection.js';

/** Every projection that is kept up to date. */
export const projections: readonly Projection[] = [
  membershipProjection,
  messageIdsProjection,
  timelineProjection,
  inboxProjection,
  usersProjection,
];
