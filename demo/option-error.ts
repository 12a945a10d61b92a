/** What was asked for cannot be done; the message says which option, and why. */
export class OptionError extends Error {}
