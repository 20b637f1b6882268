/** Users in one `ReceiptsAdvanced`: at most 111 bytes each, so 5,000 stay under the 900 KiB of an append. The rest wait. */
export const RECEIPT_USERS_MAX = 5_000;
