/** How long a person's name may be; `limits.name_chars` of the protocol. */
export const NAME_CHARS_MAX = 64;
