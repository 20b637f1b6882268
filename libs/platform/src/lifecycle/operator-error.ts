/**
 * Something that who runs the server can mend: a port in use, a foreign data directory. The message is one line and says what to
 * do; a fatal end prints it alone, without a stack.
 */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}
