import { ChangePasswordHandler } from '../account/change-password.handler.js';
import { LoginHandler } from '../account/login.handler.js';
import { LogoutHandler } from '../account/logout.handler.js';
import { RefreshHandler } from '../account/refresh.handler.js';
import { RegisterHandler } from '../account/register.handler.js';
import { AddMembersHandler } from '../conversation/add-members.handler.js';
import { CreateGroupHandler } from '../conversation/create-group.handler.js';
import { JoinGroupHandler } from '../conversation/join-group.handler.js';
import { LeaveGroupHandler } from '../conversation/leave-group.handler.js';
import { RemoveMemberHandler } from '../conversation/remove-member.handler.js';
import { RenameGroupHandler } from '../conversation/rename-group.handler.js';
import { SendMessageHandler } from '../conversation/send-message.handler.js';
import { StartDirectHandler } from '../conversation/start-direct.handler.js';
import { AdvanceReceiptHandler } from '../receipts/advance-receipt.handler.js';
import { ListDevicesHandler } from '../user/list-devices.handler.js';
import { RevokeDeviceHandler } from '../user/revoke-device.handler.js';
import { UpdateProfileHandler } from '../user/update-profile.handler.js';

/** One handler per use case; the command bus finds each by the class of its request. */
export const handlers = [
  RegisterHandler,
  LoginHandler,
  RefreshHandler,
  LogoutHandler,
  ChangePasswordHandler,
  UpdateProfileHandler,
  ListDevicesHandler,
  RevokeDeviceHandler,
  StartDirectHandler,
  CreateGroupHandler,
  JoinGroupHandler,
  LeaveGroupHandler,
  RenameGroupHandler,
  AddMembersHandler,
  RemoveMemberHandler,
  SendMessageHandler,
  AdvanceReceiptHandler,
];
