import { IsIn } from 'class-validator';

export class TokenBody {
  /** As RFC 6749 §4.4 has it; sent as JSON, or as a form. */
  @IsIn(['client_credentials'])
  grant_type!: string;
}
