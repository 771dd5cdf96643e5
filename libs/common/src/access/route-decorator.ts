/** A decorator of a controller, or of one of its routes. */
export type RouteDecorator = (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => void;
