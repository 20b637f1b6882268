export { eventSchemas, schemaFileNameOf, type EventSchema } from './event-schemas.js';
export * from './event-topic.js';
export { kafkaConfig, type KafkaConfig } from './kafka.config.js';
export { openKafkaEventTopic, type KafkaEventTopicOptions } from './kafka/open-kafka-event-topic.js';
export { bytesOf, keyOf, toTopicMessage, type TopicMessage } from './topic-message.js';
