export * from './mongo-failure.js';
export * from './mongo-limits.js';
export { MONGO_URL_PROTOCOLS, isMongoUrl, type MongoVariable } from './mongo-url.js';
export * from './open-mongo.js';
