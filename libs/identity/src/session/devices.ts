import { uuidV7 } from '@verbatim/platform';
import type { Clock } from '@verbatim/platform';
import type { Collection, StoredDocument } from '@verbatim/state';
import { IdentityError } from '../identity-error.js';

/** A device keeps its id over its sessions; it has one at a time. */
export type DeviceDocument = {
  readonly userId: string;
  readonly deviceName: string;
  /** The session it has, or had last. */
  readonly sessionId: string;
  readonly registeredAt: string;
  /** The user while the device is registered, absent once it is revoked; as the index finds it. */
  readonly registeredTo?: string;
};
export type StoredDevice = StoredDocument<DeviceDocument>;

export const DEVICES_COLLECTION = { name: 'devices', indexedFields: ['registeredTo'] } as const;
const DEFAULT_DEVICE_NAME = 'unnamed device';
const ATTEMPTS_MAX = 8;
const REGISTERED_MAX = 200;

export type DeviceClaim = {
  readonly userId: string;
  /** Kept when the user has this device; anybody else's and unknown ones give a new device. */
  readonly deviceId?: string | undefined;
  readonly deviceName?: string | undefined;
  readonly sessionId: string;
};

/** Devices in State. */
export class Devices {
  constructor(
    private readonly documents: Collection<DeviceDocument>,
    private readonly clock: Clock,
  ) {}

  async get(deviceId: string): Promise<DeviceDocument | null> {
    return (await this.documents.get(deviceId))?.document ?? null;
  }

  /** Gives a device to a session: the one that is named, or a new one. */
  async claim(claim: DeviceClaim): Promise<{ deviceId: string; deviceName: string }> {
    const { userId, deviceId, deviceName, sessionId } = claim;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const known = deviceId === undefined ? null : await this.documents.get(deviceId);
      if (deviceId === undefined || known?.document.userId !== userId) return this.create(claim);
      const name = deviceName ?? known.document.deviceName;
      const claimed = { ...known.document, deviceName: name, sessionId, registeredTo: userId };
      if (await this.documents.replace(deviceId, claimed, known.version)) return { deviceId, deviceName: name };
    }
    throw new IdentityError('busy');
  }

  /** Whether the device is registered and still the session's that it was given to. */
  async belongsTo(deviceId: string, sessionId: string): Promise<boolean> {
    const device = await this.get(deviceId);
    return device?.sessionId === sessionId && device.registeredTo !== undefined;
  }

  /** Nothing happens to a device that a later session has. */
  async markRevoked(deviceId: string, sessionId: string): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const stored = await this.documents.get(deviceId);
      if (stored === null || stored.document.sessionId !== sessionId) return;
      if (stored.document.registeredTo === undefined) return;
      const { registeredTo: _, ...revoked } = stored.document;
      if (await this.documents.replace(deviceId, revoked, stored.version)) return;
    }
    throw new IdentityError('busy');
  }

  async registeredTo(userId: string): Promise<readonly StoredDevice[]> {
    return this.documents.find('registeredTo', userId, { limit: REGISTERED_MAX });
  }

  private async create({ userId, deviceName = DEFAULT_DEVICE_NAME, sessionId }: DeviceClaim) {
    const deviceId = uuidV7();
    const registeredAt = this.clock.nowIso();
    await this.documents.insert(deviceId, { userId, deviceName, sessionId, registeredAt, registeredTo: userId });
    return { deviceId, deviceName };
  }
}
