export { ChatModel, ModelRefusal } from './chat-model.js';
export { ScriptedConnection } from './scripted-connection.js';
export { ScriptedServer } from './scripted-server.js';
export type { ServerScript } from './server-script.js';
