import { Injectable } from '@nestjs/common';

/** Whether this application is on its way out; from then on readiness is red and connections are not kept. */
@Injectable()
export class ShutdownState {
  private begun = false;

  get draining(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }
}
