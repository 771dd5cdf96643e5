/** What @nestjs/cqrs says of a result whose type nothing names: anything. */
export type Unchecked = ReturnType<typeof JSON.parse>;
