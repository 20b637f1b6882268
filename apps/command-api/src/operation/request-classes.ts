import type { OperationName } from '@verbatim/protocol';
import { ChangePasswordRequest } from '../account/change-password.handler.js';
import { LoginRequest } from '../account/login.handler.js';
import { LogoutRequest } from '../account/logout.handler.js';
import { RefreshRequest } from '../account/refresh.handler.js';
import { RegisterRequest } from '../account/register.handler.js';
import { AddMembersRequest } from '../conversation/add-members.handler.js';
import { CreateGroupRequest } from '../conversation/create-group.handler.js';
import { JoinGroupRequest } from '../conversation/join-group.handler.js';
import { LeaveGroupRequest } from '../conversation/leave-group.handler.js';
import { RemoveMemberRequest } from '../conversation/remove-member.handler.js';
import { RenameGroupRequest } from '../conversation/rename-group.handler.js';
import { SendMessageRequest } from '../conversation/send-message.handler.js';
import { StartDirectRequest } from '../conversation/start-direct.handler.js';
import { AdvanceReceiptRequest } from '../receipts/advance-receipt.handler.js';
import { ListDevicesRequest } from '../user/list-devices.handler.js';
import { RevokeDeviceRequest } from '../user/revoke-device.handler.js';
import { UpdateProfileRequest } from '../user/update-profile.handler.js';

/** Which request class carries an operation to its handler. Every operation that command-api serves is here. */
export const requestClasses = {
  'account.register': RegisterRequest,
  'account.login': LoginRequest,
  'account.refresh': RefreshRequest,
  'account.logout': LogoutRequest,
  'account.change-password': ChangePasswordRequest,
  'user.update': UpdateProfileRequest,
  'device.list': ListDevicesRequest,
  'device.revoke': RevokeDeviceRequest,
  'conversation.direct': StartDirectRequest,
  'group.create': CreateGroupRequest,
  'group.join': JoinGroupRequest,
  'group.leave': LeaveGroupRequest,
  'group.rename': RenameGroupRequest,
  'member.add': AddMembersRequest,
  'member.remove': RemoveMemberRequest,
  'message.send': SendMessageRequest,
  'receipt.advance': AdvanceReceiptRequest,
} as const satisfies Partial<Record<OperationName, unknown>>;

export type ServedOperation = keyof typeof requestClasses;
