/** Devices of one user at one time; a revoked one no longer counts. */
export const DEVICES_MAX = 32;
/** 2 to 32 of `a-z 0-9 . _ -`, the first a letter or digit: what is left of a name after case folding. */
export const USER_NAME_PATTERN = /^[a-z0-9][a-z0-9._-]{1,31}$/;
