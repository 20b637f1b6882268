import { readGatewayRecord } from './gateway-record-codec.js';
import type { GatewayRecord } from './gateway-registry.js';

const record: GatewayRecord = {
  gatewayId: 'g1',
  url: 'wss://g1.example.org',
  zone: 'north',
  connections: 3,
  connectionsMax: 10,
  isDraining: false,
};

describe('the record of a gateway', () => {
  it('is read as it was written, without what a later release added', () => {
    expect(readGatewayRecord(JSON.stringify({ ...record, colour: 'red' }))).toEqual(record);
  });
  it.each([
    'null',
    '[]',
    '{',
    '"g1"',
    JSON.stringify({ ...record, connections: -1 }),
    JSON.stringify({ ...record, connectionsMax: '10' }),
    JSON.stringify({ ...record, url: undefined }),
    JSON.stringify({ ...record, isDraining: 0 }),
  ])('is none when it is %s', (text) => {
    expect(readGatewayRecord(text)).toBeNull();
  });
});
