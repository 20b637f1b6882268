import { messages, type Uuid } from './messages.js';

const hex16 = (signed: string): string => BigInt.asUintN(64, BigInt(signed)).toString(16).padStart(16, '0');
const signed64 = (hex: string): string => BigInt.asIntN(64, BigInt(`0x${hex}`)).toString();

/** @throws TypeError when there is none */
export const uuidText = (uuid: Uuid | undefined): string => {
  const structured = uuid?.getStructured();
  if (structured === undefined) {
    const text = uuid?.getString() ?? '';
    if (text === '') throw new TypeError('a UUID is missing');
    return text;
  }
  const hex = hex16(structured.getMostSignificantBits()) + hex16(structured.getLeastSignificantBits());
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

export const uuidMessage = (text: string, isStructured: boolean): Uuid => {
  const uuid = new messages.shared.UUID();
  if (!isStructured) return uuid.setString(text);
  const hex = text.replaceAll('-', '');
  const structured = new messages.shared.UUID.Structured()
    .setMostSignificantBits(signed64(hex.slice(0, 16)))
    .setLeastSignificantBits(signed64(hex.slice(16)));
  return uuid.setStructured(structured);
};
