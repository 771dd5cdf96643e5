import type { AnyRequest } from '@minos/auth/server';
import { type CanActivate, type ExecutionContext, Injectable, UnsupportedMediaTypeException } from '@nestjs/common';

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/** A page of any site can let a browser send a form without asking first, and so sign somebody in as somebody else; JSON it can not. So routes for people take nothing else. */
@Injectable()
export class JsonBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const type = context.switchToHttp().getRequest<AnyRequest>().headers['content-type'];
    if (type === undefined || JSON_TYPE.test(type)) return true;
    throw new UnsupportedMediaTypeException('Send the body as application/json.');
  }
}
