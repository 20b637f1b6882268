import { NotSentError, OutcomeUnknownError, RequestRejectedError } from '@verbatim/client-sdk';
import { commands, parseInput } from '../input/commands.js';
import { printable } from '../render/escape.js';
import type { Chat } from './chat.js';
import { CommandProblem, handlers } from './command-handlers.js';

/** One line that says what went wrong and what to do. */
export const problemLine = (error: unknown): string => {
  if (error instanceof RequestRejectedError) return `! ${error.code}: ${printable(error.error.message)}`;
  if (error instanceof NotSentError) return '! no connection; try again when it is back';
  if (error instanceof OutcomeUnknownError) return '! no answer came; it may have happened';
  if (error instanceof CommandProblem) return `! ${error.message}`;
  return `! ${printable(error instanceof Error ? error.message : String(error))}`;
};

const sendMessage = async (chat: Chat, body: string): Promise<void> => {
  const { client } = chat.parts;
  if (chat.openId === undefined) throw new CommandProblem('no conversation is open: /direct NAME, or /help');
  client.stoppedTyping(chat.openId);
  await client.enqueue({ conversationId: chat.openId, body });
};

/** Does what a line asks for. Resolves with true when the program is to end; never throws. */
export const handleLine = async (chat: Chat, line: string): Promise<boolean> => {
  const input = parseInput(line);
  try {
    if (input.kind === 'message') await sendMessage(chat, input.body);
    else if (input.kind === 'unknown') chat.say(`! there is no command /${printable(input.name)}: /help`);
    else if (input.kind === 'incomplete') chat.say(`! usage: /${input.name} ${commands[input.name].form}`);
    else if (input.kind === 'command') await handlers[input.name](chat, input.words, input.rest);
  } catch (error) {
    chat.say(problemLine(error));
  }
  return input.kind === 'command' && input.name === 'quit';
};
