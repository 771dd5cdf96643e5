export class RegisteredAnswer {
  userId!: string;
}

export class TokenPairAnswer {
  /** For `Authorization: Bearer`. */
  accessToken!: string;
  /** For one use; keep it secret. */
  refreshToken!: string;
  /** Seconds that the access token lives. */
  expiresIn!: number;
}

export class ServiceTokenBodyAnswer {
  access_token!: string;
  token_type!: string;
  /** Seconds. */
  expires_in!: number;
}

export class UserAnswer {
  id!: string;
  /** Missing where the person signs in by an external provider alone. */
  email!: string | null;
  roles!: string[];
  disabled!: boolean;
  /** ISO-8601. */
  createdAt!: string;
}

export class UsersAnswer {
  items!: UserAnswer[];
  /** The `after` of the page behind, where there is one. */
  next!: string | null;
}

export class RoleAnswer {
  role!: string;
  permissions!: string[];
}
