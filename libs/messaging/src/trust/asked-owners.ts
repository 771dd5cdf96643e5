/** The owners of commands that this service has sent without having their classes: who may answer them. */
export class AskedOwners {
  private readonly owners = new Map<string, string>();

  /** The names are those in the code of the service, so there are few. */
  learn(command: string, owner: string): void {
    this.owners.set(command, owner);
  }

  of(command: string): string | undefined {
    return this.owners.get(command);
  }
}
