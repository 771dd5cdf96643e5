/** What a library says of itself in the report of a started service. */
export interface BootRow {
  /** Asked once the application has started; no I/O. Nothing is shown where there are none. */
  bootLines(): readonly string[];
}
