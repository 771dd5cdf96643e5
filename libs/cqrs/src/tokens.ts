/** Where views are kept: a `ViewStore`. */
export const VIEW_STORE = Symbol.for('@minos/cqrs/view-store');

/** Under which @nestjs/cqrs keeps the options of its module; it exports no name for it. */
export const NEST_OPTIONS = 'CQRS_MODULE_OPTIONS';
/** The services that may read this one's feed; missing where all may. */
export const FEED_READERS = Symbol.for('@minos/cqrs/feed-readers');
