import { ArrayMaxSize, IsArray, IsInt, IsOptional, IsUUID, Matches, Max, Min } from 'class-validator';
import { Type } from 'class-transformer';

const NAME = /^[a-z][a-z0-9._:-]{0,62}$/;

export class UsersQuery {
  /** Accounts of a page. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit?: number;

  /** The `next` of the page before. */
  @IsOptional()
  @IsUUID()
  after?: string;
}

export class RolesBody {
  /**
   * All roles that the account has from now on.
   * @example ["admin"]
   */
  @IsArray()
  @ArrayMaxSize(50)
  @Matches(NAME, { each: true, message: 'each must be a name of small letters, digits and . _ : -' })
  roles!: string[];
}

export class PermissionsBody {
  /**
   * All that the role stands for from now on.
   * @example ["orders.refund"]
   */
  @IsArray()
  @ArrayMaxSize(200)
  @Matches(NAME, { each: true, message: 'each must be a name of small letters, digits and . _ : -' })
  permissions!: string[];
}
