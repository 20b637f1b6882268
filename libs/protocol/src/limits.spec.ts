import { readFileSync } from 'node:fs';
import {
  DEVICES_MAX,
  GROUP_MEMBERS_MAX,
  MEMBERS_PER_COMMAND_MAX,
  MESSAGE_BODY_MAX_BYTES,
  MESSAGE_BODY_MAX_GRAPHEMES,
  NAME_MAX_BYTES,
  NAME_MAX_GRAPHEMES,
  USER_NAME_PATTERN,
} from './index.js';

/** From the source text: this library may not depend on the domain, whose limits it has to announce. */
const domainSource = (file: string): string =>
  readFileSync(new URL(`../../domain/src/${file}`, import.meta.url), 'utf8');
const valueOf = (file: string, name: string): string =>
  new RegExp(`export const ${name} = (.+);`).exec(domainSource(file))?.[1] ?? '';
const numberOf = (file: string, name: string): number =>
  valueOf(file, name)
    .split('*')
    .reduce((product, factor) => product * Number(factor.replaceAll('_', '')), 1);

describe('the limits of the wire', () => {
  it.each([
    ['conversation/conversation.limits.ts', 'GROUP_MEMBERS_MAX', GROUP_MEMBERS_MAX],
    ['conversation/conversation.limits.ts', 'MEMBERS_ADDED_MAX', MEMBERS_PER_COMMAND_MAX],
    ['conversation/conversation.limits.ts', 'BODY_MAX_BYTES', MESSAGE_BODY_MAX_BYTES],
    ['conversation/conversation.limits.ts', 'BODY_MAX_GRAPHEMES', MESSAGE_BODY_MAX_GRAPHEMES],
    ['kernel/name.ts', 'NAME_MAX_GRAPHEMES', NAME_MAX_GRAPHEMES],
    ['kernel/name.ts', 'NAME_MAX_BYTES', NAME_MAX_BYTES],
    ['user/user.limits.ts', 'DEVICES_MAX', DEVICES_MAX],
  ])('announce what %s enforces as %s', (file, name, announced) => {
    expect(announced).toBe(numberOf(file, name));
  });

  it('announce the user names that the domain accepts', () => {
    expect(`/${USER_NAME_PATTERN}/`).toBe(valueOf('user/user.limits.ts', 'USER_NAME_PATTERN'));
  });
});
