/** Users in one `ReceiptsAdvanced`: 5,000 × about 100 bytes stay under the 900 KiB of an append. The rest wait a second. */
export const RECEIPT_USERS_MAX = 5_000;
