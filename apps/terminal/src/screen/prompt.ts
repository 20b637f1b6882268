import type { Status } from './screen.js';

const DIM = '\u001b[2m';
const CYAN = '\u001b[36m';
const YELLOW = '\u001b[33m';
const RESET = '\u001b[0m';

/** `bob is typing…  [direct bob] ✓✓ read > `; when not connected, that comes first. */
export const promptOf = ({ connection, label, mark, typing, unsent }: Status): string => {
  const parts = [
    connection === 'live' ? '' : `${YELLOW}(${connection})${RESET}`,
    typing.length === 0 ? '' : `${DIM}${typing.join(', ')} ${typing.length === 1 ? 'is' : 'are'} typing…${RESET}`,
    label === '' ? '' : `${CYAN}${label}${RESET}`,
    mark === '' ? '' : `${DIM}${mark}${RESET}`,
    unsent === 0 ? '' : `${YELLOW}${unsent} unsent${RESET}`,
  ];
  return `${parts.filter((part) => part !== '').join(' ')} > `.trimStart();
};
