import { IsOptional, IsString, MaxLength } from 'class-validator';

/** Longer than any that is taken: what fits an account is decided by the server. */
const LONGEST = 4_096;

export class CredentialsBody {
  /** @example "ada@shop.example" */
  @IsString()
  @MaxLength(LONGEST)
  email!: string;

  /**
   * At least 8 characters, at most 1024 bytes.
   * @example "a quiet forest"
   */
  @IsString()
  @MaxLength(LONGEST)
  password!: string;
}

export class RefreshBody {
  @IsString()
  @MaxLength(LONGEST)
  refreshToken!: string;
}

export class LogoutBody {
  /** Of the session to end; without it that of the access token. */
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST)
  refreshToken?: string;
}

export class OidcCodeBody {
  /** What the page found in its address as `code`. */
  @IsString()
  @MaxLength(LONGEST)
  code!: string;
}

export class ChangePasswordBody {
  @IsString()
  @MaxLength(LONGEST)
  oldPassword!: string;

  /** At least 8 characters, at most 1024 bytes. */
  @IsString()
  @MaxLength(LONGEST)
  newPassword!: string;
}
