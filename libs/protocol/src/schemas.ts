export * from './schemas/check-http-request.js';
export * from './schemas/check-request.js';
export * from './schemas/requests.js';
