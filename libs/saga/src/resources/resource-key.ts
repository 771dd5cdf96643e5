/** Units that change a resource hold this lock until they have ended. */
export const resourceLockKey = (tenant: string, resource: string): string => `resource:${tenant}:${resource}`;

/** What one holder has is looked at as a whole when it asks for more. */
export const holderLockKey = (tenant: string, holder: string): string => `resource-holder:${tenant}:${holder}`;
