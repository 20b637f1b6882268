import type { GatewayRecord } from './gateway-registry.js';

/** Null for what a gateway of another release may mean: nobody is sent there. */
export const readGatewayRecord = (text: string): GatewayRecord | null => {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  const { gatewayId, url, zone, connections, connectionsMax, isDraining } = (read ?? {}) as Record<string, unknown>;
  const isRecord =
    [gatewayId, url, zone].every((each) => typeof each === 'string') &&
    [connections, connectionsMax].every((each) => Number.isSafeInteger(each) && (each as number) >= 0) &&
    typeof isDraining === 'boolean';
  return isRecord ? ({ gatewayId, url, zone, connections, connectionsMax, isDraining } as GatewayRecord) : null;
};
