const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for a UUID of any version in lower-case text form, the only form in which ids are stored and compared. */
export const isUuid = (text: string): boolean => UUID_PATTERN.test(text);
