import type { IsoTimestamp, UserId } from './ids.js';

/** A lower-case UUID for each whole number: the same one for the same number. */
export const uuidOf = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

export const ada = uuidOf(0xada) as UserId;
export const bob = uuidOf(0xb0b) as UserId;
export const cleo = uuidOf(0xc1e0) as UserId;
export const dan = uuidOf(0xda4) as UserId;
/** Was never in any conversation of the fixtures. */
export const stranger = uuidOf(0xfff) as UserId;

/** `count` people who are none of those above. */
export const crowd = (count: number, firstNumber = 0x10_000): UserId[] =>
  Array.from({ length: count }, (_, index) => uuidOf(firstNumber + index) as UserId);

export const at = (instant: string): IsoTimestamp => instant as IsoTimestamp;
export const NOON = at('2026-01-01T12:00:00.000Z');
