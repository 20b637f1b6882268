/** Where a command-api takes the calls of gateways: POST executes, GET says whether it would. Never in the public table. */
export const CHANNEL_PATH = '/internal/v1/calls';
export const CHANNEL_ANSWER_TYPE = 'application/x-ndjson';
