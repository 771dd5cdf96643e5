import { Injectable } from '@nestjs/common';

/** How far this application is on its way out. */
@Injectable()
export class ShutdownState {
  private begun = false;
  private listening = true;

  /** Readiness is red. */
  get draining(): boolean {
    return this.begun;
  }

  /**
   * Nobody listens any more, and each answer asks its client to leave the connection. Not before: a client that is sent away while
   * somebody still listens connects anew, and is cut off with all that wait to be accepted when the listener closes.
   */
  get leaving(): boolean {
    return !this.listening;
  }

  begin(): void {
    this.begun = true;
  }

  leave(): void {
    this.listening = false;
  }
}
