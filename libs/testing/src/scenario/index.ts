export * from './data-folder.js';
export * from './http-client.js';
export * from './random-source.js';
export * from './raw-socket.js';
export * from './run-program.js';
export * from './server-process.js';
